// `rebound agent` in a second network namespace: nothing of it is on this machine but its requests.

import { once } from "node:events";
import type { RequestListener } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { refuseUnfitAgent } from "../../src/agent/check.ts";
import { connectAgent } from "../../src/agent/connect.ts";
import type { AgentPlace } from "../../src/agent/place.ts";
import { tryLoadFrom } from "../../src/agent/try-load.ts";
import { parseHostPort } from "../../src/core/host-port.ts";
import { traceIdsOf } from "../../src/core/trace-context.ts";
import { key, orderOf, startAt, token } from "../builders/agent-stand.ts";
import { echoTarget } from "../support/fixture-target.ts";
import { serveForTest } from "../support/serve-for-test.ts";
import { makeOtherMachine, noOtherMachine, type OtherMachine } from "../support/other-machine.ts";

/** What it printed first names the place where it listens. */
async function agentOn(machine: OtherMachine, words: readonly string[]) {
  const child = machine.node(["bin/rebound.js", "agent", ...words], { REBOUND_AGENT_TOKEN: token });
  let said = "";
  child.stdout?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  while (!said.includes("\n")) await once(child.stdout ?? child, "data");
  const at = parseHostPort(/listens on (\S+)/.exec(said)?.[1] ?? "");
  if (at === undefined) throw new Error(`it does not say where it listens: ${said}`);
  const place: AgentPlace = { ...at, key };
  return { child, said, place };
}

/** Listens where the other machine reaches it; knows of each request who sent it and when it came. */
async function serveOn(host: string, epoch: bigint) {
  const seen = new Map<string, { readonly from: string; readonly at: number }>();
  const answer: RequestListener = (request, response) => {
    const at = Number(process.hrtime.bigint() - epoch) / 1e6;
    seen.set(String(request.headers["traceparent"]).slice(3, 35), { from: request.socket.remoteAddress ?? "", at });
    response.end("fine");
  };
  const { url } = await serveForTest(answer, 0, host);
  return { url: `${url}/`, seen };
}

describe.skipIf(noOtherMachine !== undefined)("an agent on another machine", () => {
  it("sends the load from there, by times that are ours, and leaves nothing when it is killed amid it", async () => {
    const machine = makeOtherMachine();
    const epoch = process.hrtime.bigint();
    const now = () => Number(process.hrtime.bigint() - epoch) / 1e6;
    const { url, seen } = await serveOn(machine.here, epoch);
    const { child, place } = await agentOn(machine, ["--listen", `${machine.there}:0`, "--allow", machine.here]);
    const { events, load } = await startAt(place, orderOf(url, epoch), [machine.here]);
    load.begin(now() + 100);
    while (events.filter(({ kind }) => kind === "clock").length < 3) await delay(10);

    const requests = events.filter((event) => event.kind === "request");
    const worst = Math.max(...events.flatMap((event) => (event.kind === "clock" ? [event.uncertaintyMs] : [])));
    const idOf = traceIdsOf({ trial: String(epoch), seed: 1, stream: "ask" });
    expect(requests.length).toBeGreaterThan(20);
    for (const { id, sent, done, outcome } of requests) {
      const { from, at } = seen.get(idOf(id).traceId) ?? { from: "nobody", at: Number.NaN };
      expect([from, outcome]).toEqual([machine.there, "answered"]);
      expect((sent ?? Infinity) - worst).toBeLessThanOrEqual(at);
      expect((done ?? -Infinity) + worst).toBeGreaterThanOrEqual(at);
    }

    child.kill("SIGKILL");
    while (!events.some(({ kind }) => kind === "trouble")) await delay(10);
    await load.stop();
    while (machine.processes() > 0) await delay(10);
  });

  it("tries itself on a target that does nothing, and ends orderly when it is asked to", async () => {
    const machine = makeOtherMachine();
    const { child, said, place } = await agentOn(machine, ["--listen", `${machine.there}:0`]);
    expect(said).not.toContain(token);
    const { tried, events } = await tryLoadFrom(place, 50);
    expect(tried.map(({ ratePerSecond }) => ratePerSecond)).toEqual([63, 100, 400, 800]);
    expect(events.length).toBeGreaterThan(100);
    const stays = await connectAgent(place, 0n);
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    expect(await exit).toEqual([0, null]);
    await stays.channel.closed;
    expect(machine.processes()).toBe(0);
  });

  it("listens on its own loopback unless told, and cannot send a load that names ours", async () => {
    const machine = makeOtherMachine();
    const { place: hidden } = await agentOn(machine, []);
    await expect(connectAgent({ ...hidden, host: machine.there }, 0n)).rejects.toThrow("no agent answers at");
    const { place } = await agentOn(machine, ["--listen", `${machine.there}:0`]);
    await expect(refuseUnfitAgent(place, [echoTarget()])).rejects.toMatchObject({
      code: "bad-input",
      problems: [{ found: "the stream echo goes to 127.0.0.1, which is another machine where the agent runs" }],
    });
  });
});
