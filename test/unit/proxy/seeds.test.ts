import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { toxicKinds } from "../../../src/proxy/toxics/table.ts";
import { body, dial, proxyApi, roundTrip, serve } from "../../support/sockets.ts";

/** What jitter, loss and toxicity decided for twelve connections in a row; ms cut to what a busy machine keeps. */
async function decisions(seed: number): Promise<readonly string[]> {
  const upstream = await serve((socket) => socket.pipe(socket));
  const api = await proxyApi({ seed });
  const { listen } = await api.proxies.create(body({ name: "edge", listen: "127.0.0.1:0", upstream }));
  const proxy = api.proxies.get("edge");
  proxy.addToxic(body({ name: "sometimes", type: "noop", toxicity: 0.5 }));
  proxy.addToxic(body({ name: "lossy", type: "loss", attributes: { share: 0.5, rto: 1 } }));
  proxy.addToxic(body({ name: "sliced", type: "slicer", attributes: { average_size: 20, size_variation: 15 } }));
  for (let i = 0; i < 12; i += 1) {
    const socket = await dial(listen);
    for (let turn = 0; turn < 4; turn += 1) await roundTrip(socket, Buffer.alloc(300));
  }
  return proxy.effects().map(({ connection, streams }) => {
    const [sometimes, lossy, sliced] = streams.downstream.toxics;
    return [connection, sometimes?.struck, lossy?.segmentsStalled, sliced?.slices].join(" ");
  });
}

test("the same seed and the same order of connections decide the same, another seed decides otherwise", async () => {
  const first = await decisions(5);
  expect(new Set(first.map((each) => each.split(" ").slice(1).join(" "))).size).toBeGreaterThan(3);
  expect(await decisions(5)).toEqual(first);
  expect(await decisions(6)).not.toEqual(first);
});

test("what was done is told for open connections and for the last thousand that are over", async () => {
  const upstream = await serve((socket) => socket.pipe(socket));
  const api = await proxyApi();
  const { listen } = await api.proxies.create(body({ name: "edge", listen: "127.0.0.1:0", upstream }));
  const proxy = api.proxies.get("edge");
  const stays = await dial(listen);
  await roundTrip(stays, Buffer.from("x"));
  for (let i = 0; i < 1_010; i += 1) {
    const socket = await dial(listen);
    await roundTrip(socket, Buffer.from("x"));
    socket.destroy();
  }
  await new Promise((resolve) => {
    const look = () => (proxy.connectionCount() === 1 ? resolve(undefined) : setImmediate(look));
    look();
  });
  const told = proxy.effects();
  expect(told).toHaveLength(1_001);
  expect(told.filter((each) => each.open).map((each) => each.connection)).toEqual([1]);
  expect(told.some((each) => each.connection === 1_011)).toBe(true);
  expect(told.some((each) => each.connection === 5)).toBe(false);
});

test("every file in the folder of toxics is one of the table, under the name of its type", () => {
  const files = readdirSync(join(import.meta.dirname, "../../../src/proxy/toxics"));
  const kinds = toxicKinds.map((kind) => `${kind.type.replaceAll("_", "-")}.ts`);
  expect(kinds).toContain("latency.ts");
  expect([...kinds, "table.ts", "toxic.ts"].toSorted()).toEqual(files.toSorted());
});
