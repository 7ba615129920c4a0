import { describe, expect, it } from "vitest";
import type { FaultProxy } from "../../../src/proxy/proxy.ts";
import { body, dial, proxied, readToEnd, roundTrip, seededBytes, serve, until } from "../../support/sockets.ts";

const add = (proxy: FaultProxy, type: string, attributes: object) =>
  proxy.addToxic(body({ name: type, type, attributes }));
/** The first toxic's effects on the proxy's first connection. */
const effects = (proxy: FaultProxy) => proxy.effects()[0]?.streams.downstream.toxics[0];

describe("outage", () => {
  const echoed = async () => proxied(await serve((socket) => socket.pipe(socket)));

  it("lets nothing through until it is taken away, and loses nothing", async () => {
    const { listen, proxy } = await echoed();
    add(proxy, "outage", {});
    const client = await dial(listen);
    const sent = seededBytes(20_000, 21);
    const received = readToEnd(client);
    client.end(sent);
    await until(() => proxy.effects()[0]?.streams.downstream.bytesIn === sent.length);
    expect(proxy.effects()[0]?.streams.downstream.bytesOut).toBe(0);
    expect(effects(proxy)?.segmentsStalled).toBeGreaterThan(0);
    proxy.removeToxic("outage");
    expect((await received).equals(sent)).toBe(true);
  });

  it("is down and up by turns, beginning with down, and up for good once its time is over", async () => {
    const { listen, proxy } = await echoed();
    const since = Date.now();
    add(proxy, "outage", { down: 120, up: 200, since, until: since + 700 });
    const client = await dial(listen);
    const turns = new Set<number>();
    while (Date.now() < since + 700) {
      const at = Date.now() - since;
      const ms = await roundTrip(client, Buffer.from("x"));
      // Where it was sent well inside a turn that is down, it waited for its end; a busy machine only adds to that.
      const [turn, into] = [Math.floor(at / 320), at % 320];
      if (into > 100 || turn === 2) continue;
      expect(ms).toBeGreaterThan(115 - into);
      turns.add(turn);
    }
    expect(turns.has(0)).toBe(true);
    const held = effects(proxy)?.segmentsStalled ?? 0;
    expect(held).toBeGreaterThan(0);
    await roundTrip(client, Buffer.from("x"));
    expect(effects(proxy)?.segmentsStalled).toBe(held);
  });
});
