// An agent in this process, whose clock is what the test says, and the load that it sends.

import { onTestFinished } from "vitest";
import { requestsFrom } from "../../src/agent/requests-from.ts";
import { keyFromEnvironment, tokenVariable, type AgentPlace } from "../../src/agent/place.ts";
import { serveAgent, type Agent } from "../../src/agent/serve.ts";
import { realTools, type AgentTools } from "../../src/agent/session.ts";
import { parseHostPort } from "../../src/core/host-port.ts";
import type { LoadEvent, LoadOrder } from "../../src/core/load-source.ts";
import type { TrafficSpec } from "../../src/core/target.ts";
import { datasetOf } from "../../src/load/dataset.ts";
import { makeGenerator } from "../../src/load/generator.ts";
import type { LaunchedLoad } from "../../src/load/start.ts";
import type { StreamLoad } from "../../src/records/conditions.ts";

export const token = "a-token-of-the-tests-alone";
export const key = keyFromEnvironment({ [tokenVariable]: token });

/** The load process's own work, in this process and by this clock. */
export function loadBy(nowNs: () => bigint): LaunchedLoad {
  let generators: ReturnType<typeof makeGenerator>[] = [];
  const end = async (graceMs: number) => Promise.all(generators.map((each) => each.stop(graceMs)));
  return {
    pid: 0,
    what: "a load of the tests",
    start({ streams, seed, epochNs, trial }, emit) {
      const clock = { now: () => Number(nowNs() - BigInt(epochNs)) / 1e6 };
      generators = streams.map(({ traffic, spec, rows }) => {
        const own = { traffic, spec, seed, clock, emit, ...(trial !== undefined && { trial }) };
        return makeGenerator({ ...own, rows: rows === undefined ? [{}] : datasetOf(rows, "rows") });
      });
      return Promise.resolve({
        pid: 0,
        begin: (at) => generators.forEach((each) => each.begin(at)),
        setRate: (times, at) => generators.forEach((each) => each.setRate(times, at)),
        stop: (graceMs = 1000) => end(graceMs),
        [Symbol.asyncDispose]: async () => void (await end(0)),
      });
    },
    end: async () => void (await end(0)),
  };
}

/** An agent that ends with the test. */
export interface StandingAgent {
  readonly place: AgentPlace;
  readonly notes: string[];
  readonly agent: Agent;
}

export async function standAgent(tools: Partial<AgentTools> = {}): Promise<StandingAgent> {
  const notes: string[] = [];
  const own = { ...realTools([]), ...tools };
  const agent = await serveAgent({ host: "127.0.0.1", port: 0, key }, own, (says) => notes.push(says));
  onTestFinished(() => agent[Symbol.asyncDispose]());
  const at = parseHostPort(agent.at);
  if (at === undefined) throw new Error(`not a place: ${agent.at}`);
  return { place: { ...at, key }, notes, agent };
}

/** Requests by GET, of which each answer is right; `epochNs` is when the test began. */
export function orderOf(url: string, epochNs: bigint, more: Partial<TrafficSpec> = {}): LoadOrder {
  const traffic: TrafficSpec = {
    name: "ask",
    method: "GET",
    url,
    headers: {},
    body: null,
    stream: "whole",
    answer: "text",
    ...more,
  };
  const load: StreamLoad = { arrival: "constant", ratePerSecond: 100, slowOverMs: 1000, timeoutMs: 2000 };
  return { streams: [{ stream: traffic, load }], seed: 1, epochNs: String(epochNs), fill: (text) => text };
}

/** Starts the load of an order at an agent; what comes of it is in `events`. */
export async function startAt(place: AgentPlace, order: LoadOrder, addresses: readonly string[] = []) {
  const events: LoadEvent[] = [];
  const source = requestsFrom({ agent: place, addresses, epochNs: order.epochNs }).launch({});
  const load = await source
    .start(order, (event) => events.push(event))
    .catch(async (thrown: unknown) => {
      await source.end();
      throw thrown;
    });
  onTestFinished(() => source.end());
  return { events, load, end: () => source.end() };
}
