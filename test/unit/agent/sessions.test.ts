// The conversation of harness and agent over real connections, on clocks that disagree.

import { connect } from "node:tls";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { connectAgent } from "../../../src/agent/connect.ts";
import { unfitStreams } from "../../../src/agent/check.ts";
import { keyFromEnvironment, tlsOptions } from "../../../src/agent/place.ts";
import type { LoadEvent } from "../../../src/core/load-source.ts";
import { traceIdsOf } from "../../../src/core/trace-context.ts";
import { measureTrial } from "../../builders/measured.ts";
import { loadBy, orderOf, standAgent, startAt } from "../../builders/agent-stand.ts";
import { basePlan } from "../../builders/simulated-trial.ts";
import { echoTarget } from "../../support/fixture-target.ts";
import { serveForTest } from "../../support/serve-for-test.ts";

const hourNs = 3_600_000_000_000n;

/** An hour ahead, and 800 parts in a million faster than ours. */
function skewed(): bigint {
  const real = process.hrtime.bigint();
  return real + (real * 800n) / 1_000_000n + hourNs;
}

/** A server that notes when each request arrived, by its trace, and can be told to fail. */
async function noting(epoch: bigint) {
  const now = () => Number(process.hrtime.bigint() - epoch) / 1e6;
  const arrived = new Map<string, number>();
  const state = { fails: false };
  const { url } = await serveForTest((request, response) => {
    arrived.set(String(request.headers["traceparent"]).slice(3, 35), now());
    response.writeHead(state.fails ? 503 : 200).end("fine");
  });
  return { url: `${url}/`, now, arrived, state };
}

function requestsOf(events: readonly LoadEvent[]) {
  return events.filter((event) => event.kind === "request");
}

describe("a load that another machine sends", () => {
  test("is told by our clock, whatever its own shows, and each mark holds the truth", async () => {
    const epoch = process.hrtime.bigint();
    const { url, now, arrived, state } = await noting(epoch);
    const { place } = await standAgent({ nowNs: skewed, launch: () => loadBy(skewed) });
    const { events, load } = await startAt(place, orderOf(url, epoch));
    const begin = now() + 100;
    load.begin(begin);
    await delay(1100);
    const [broke] = [now(), (state.fails = true)];
    await delay(1000);
    const [healed] = [now(), (state.fails = false)];
    await delay(1700);
    const over = now();
    await load.stop();

    const clocks = events.filter((event) => event.kind === "clock");
    const worst = Math.max(...clocks.map(({ uncertaintyMs }) => uncertaintyMs));
    expect(clocks.length).toBeGreaterThanOrEqual(3);
    const idOf = traceIdsOf({ trial: String(epoch), seed: 1, stream: "ask" });
    const requests = requestsOf(events);
    // What was given up on a machine that has no time for us may arrive after that.
    const answered = requests.filter(({ outcome, error }) => outcome === "answered" || error === "status 503");
    expect(answered.length).toBeGreaterThan(50);
    for (const { id, sent, done, at: known } of answered) {
      const at = arrived.get(idOf(id).traceId) ?? Number.NaN;
      expect((sent ?? Infinity) - worst).toBeLessThanOrEqual(at);
      expect((done ?? known) + worst).toBeGreaterThanOrEqual(at);
    }
    expect(Math.abs((requests[0]?.intended ?? 0) - begin)).toBeLessThan(worst + 11);

    const steady = { windowMs: 250, badAfter: 1, conditions: basePlan.steady.conditions.slice(0, 1) };
    const [{ load: spec } = { load: basePlan.load }] = orderOf(url, epoch).streams;
    const plan = { ...basePlan, steady, holdMs: 750, load: { ...spec, warmupMs: 100, baselineMs: 500 } };
    const phases = { boot: 0, warmup: begin - 100, baseline: begin + 100, inject: broke - 1, observe: broke };
    const steps = Object.entries({ ...phases, teardown: over, done: over }).map(
      ([phase, at]) => ({ kind: "phase", phase, at }) as Extract<(typeof timeline)[number], { kind: "phase" }>,
    );
    const timeline: Parameters<typeof measureTrial>[0]["timeline"] = [...steps, ...events];
    const { marks, load: facts } = measureTrial({ plan, timeline });
    expect(facts.clockMs).toBeLessThanOrEqual(worst);
    for (const [mark, truth] of [
      [marks.t1, broke],
      [marks.t5, healed],
    ] as const) {
      expect(mark?.lo).toBeLessThanOrEqual(truth);
      expect(mark?.hi).toBeGreaterThanOrEqual(truth);
    }
  });

  test("has its rows with it, changes its rate, and is over when it was stopped", async () => {
    const epoch = process.hrtime.bigint();
    const paths: string[] = [];
    const { url } = await serveForTest((request, response) => {
      paths.push(request.url ?? "");
      response.end("fine");
    });
    const { place, notes } = await standAgent({ launch: () => loadBy(() => process.hrtime.bigint()) });
    const dataset = new URL("../../support/fixture-known.jsonl", import.meta.url).pathname;
    const order = orderOf(`${url}/{id}`, epoch, { dataset });
    const { events, load } = await startAt(place, order);
    load.begin(Number(process.hrtime.bigint() - epoch) / 1e6 + 100);
    while (paths.length < 20) await delay(5);
    await load.stop();
    expect(paths.every((path) => path.length > 1 && !path.includes("{"))).toBe(true);
    expect(requestsOf(events)).toHaveLength(paths.length);
    expect(events.filter(({ kind }) => kind === "trouble")).toEqual([]);
    while (!notes.some((note) => note.includes("is over"))) await delay(5);
  });
});

describe("an agent", () => {
  test("ends its load with the connection, and says nothing was asked any more", async () => {
    const epoch = process.hrtime.bigint();
    let ended: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (ended = resolve));
    const load = loadBy(() => process.hrtime.bigint());
    const launch = () => ({ ...load, end: async () => load.end().then(ended) });
    const { place } = await standAgent({ launch });
    const { url } = await noting(epoch);
    const { end } = await startAt(place, orderOf(url, epoch));
    await end();
    await over;
  });

  test("that is gone amid a load is trouble of ours that ends the trial, and stopping is no error then", async () => {
    const epoch = process.hrtime.bigint();
    const { url, now } = await noting(epoch);
    const { place, agent } = await standAgent({ launch: () => loadBy(() => process.hrtime.bigint()) });
    const { events, load } = await startAt(place, orderOf(url, epoch));
    load.begin(now() + 100);
    while (requestsOf(events).length < 5) await delay(5);
    await agent[Symbol.asyncDispose]();
    while (!events.some(({ kind }) => kind === "trouble")) await delay(5);
    await load.stop();
    expect(events.find(({ kind }) => kind === "trouble")).toMatchObject({
      where: "load",
      fatal: true,
      reason: expect.stringMatching(/^the connection to the agent at .*, which sends the load, ended: /) as string,
    });
  });

  test("takes nobody without its token, and says of whom that was", async () => {
    const { place, notes } = await standAgent();
    const other = keyFromEnvironment({ REBOUND_AGENT_TOKEN: "quite-another-token-of-length" });
    await expect(connectAgent({ ...place, key: other }, 0n)).rejects.toMatchObject({
      code: "environment",
      message: expect.stringContaining("does not take our token") as string,
    });
    const bare = connect({ host: place.host, port: place.port, rejectUnauthorized: false });
    await new Promise((resolve) => bare.once("error", resolve));
    expect(notes.every((note) => note.startsWith("refused 127.0.0.1: no TLS by the key"))).toBe(true);
    expect(notes.length).toBe(2);
  });

  test("closes on what has no shape, and on who asks before greeting", async () => {
    const { place, notes } = await standAgent();
    const say = (text: string) =>
      new Promise<string>((resolve) => {
        let heard = "";
        const psk = () => ({ psk: place.key, identity: "rebound-agent" });
        const to = { ...tlsOptions, host: place.host, port: place.port };
        const socket = connect({ ...to, pskCallback: psk, checkServerIdentity: () => undefined });
        socket.once("secureConnect", () => socket.write(`${text}\n`));
        socket.on("data", (chunk: Buffer) => (heard += chunk.toString()));
        socket.on("error", () => undefined);
        socket.once("close", () => resolve(heard));
      });
    expect(await say("GET / HTTP/1.1")).toBe("");
    expect(await say('{"type":"load","order":{"url":"http://10.0.0.1/"}}')).toBe("");
    expect(await say('{"type":"launch"}')).toBe('{"type":"refused","reason":"it was not greeted"}\n');
    expect(await say('{"type":"hello","version":0}')).toContain("speaks version 2 of the protocol, and not 0");
    while (notes.filter((note) => note.includes("is over")).length < 4) await delay(5);
    expect(notes.some((note) => note.endsWith("a line came that is not JSON"))).toBe(true);
    expect(notes.some((note) => note.endsWith("a message came that has no known shape"))).toBe(true);
  });

  test("loads no host that the target does not list, and none that it was not started for", async () => {
    const epoch = process.hrtime.bigint();
    const { place } = await standAgent({
      allows: ["10.1.0.0/16"],
      launch: () => loadBy(() => process.hrtime.bigint()),
    });
    const failure = async (host: string, listed: readonly string[]) =>
      startAt(place, orderOf(`http://${host}/`, epoch), listed).then(
        () => "it began",
        (thrown: unknown) => (thrown as Error).message,
      );
    expect(await failure("10.1.0.7", [])).toContain("the target does not list 10.1.0.7");
    expect(await failure("10.2.0.7", ["10.2.0.7"])).toContain("does not load 10.2.0.7: start it with --allow 10.2.0.7");
  });

  test("is not given a token that is short or missing, and no error shows one", () => {
    expect(() => keyFromEnvironment({})).toThrow("REBOUND_AGENT_TOKEN is not set");
    expect(() => keyFromEnvironment({ REBOUND_AGENT_TOKEN: "too-short" })).toThrow(/^(?!.*too-short).*fewer than 20/);
  });
});

describe("a stream", () => {
  const target = echoTarget();
  const found = (place: { isHere: boolean; allows: readonly string[] }, url?: string) => {
    const [stream] = target.streams;
    const streams = [url === undefined ? stream : { ...stream, url }] as unknown as typeof target.streams;
    return unfitStreams({ ...target, streams }, place).map((problem) => problem.found);
  };

  test("to this machine's own loopback is refused where the agent is elsewhere", () => {
    expect(found({ isHere: true, allows: [] })).toEqual([]);
    expect(found({ isHere: false, allows: [] })).toEqual([
      "the stream echo goes to 127.0.0.1, which is another machine where the agent runs",
    ]);
  });

  test("to a host that the agent does not allow is refused, and so is one that is not ours", () => {
    expect(found({ isHere: false, allows: ["10.1.0.0/16"] }, "http://10.1.2.3/")).toEqual([]);
    expect(found({ isHere: false, allows: [] }, "http://10.1.2.3/")).toEqual(["the stream echo goes to 10.1.2.3"]);
    const other = { ...target, streams: [{ name: "walk", source: "browser", params: {} }] as const };
    expect(unfitStreams(other, { isHere: true, allows: [] }).map((problem) => problem.found)).toEqual([
      "the stream walk comes from browser",
    ]);
  });
});
