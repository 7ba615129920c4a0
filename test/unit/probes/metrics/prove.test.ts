// Known truth: a stand-in server plays by a switch each way in which real servers' numbers mislead, and the proof of a
// preset must say so, for the right reason, before anything is injected.

import { describe, expect, it } from "vitest";
import type { ProbedReplica, TargetAccess } from "../../../../src/core/probe-kind.ts";
import { preset as presetKind, type PresetSpec } from "../../../../src/probes/preset.ts";
import { proveSignals } from "../../../../src/probes/metrics/prove.ts";
import type { ProofEvent, ProofFailure } from "../../../../src/records/timeline/proof.ts";
import { startStandIn, type Trap } from "../../../support/stand-in-server.ts";

const base = { kind: "preset", service: "inference", everyMs: 200, timeoutMs: 1000, data: false } as const;

function spec(preset: string, more: Readonly<Record<string, unknown>> = {}): PresetSpec {
  const params = presetKind.params({ preset, ...more }) as PresetSpec;
  return { ...base, ...params, name: `it.${preset.replace(/\W/g, "_")}` };
}

async function prove(traps: readonly Trap[], ...specs: readonly PresetSpec[]): Promise<ProofEvent[]> {
  const address = await startStandIn(...traps);
  return proveAt([{ replica: "inference-1", address, isRunning: async () => true }], ...specs);
}

async function proveAt(replicas: readonly ProbedReplica[], ...specs: readonly PresetSpec[]): Promise<ProofEvent[]> {
  const access: TargetAccess = { replicas: () => replicas, health: () => ({ path: "/health" }) };
  const events: ProofEvent[] = [];
  const clock = { now: () => performance.now() };
  const record = (event: ProofEvent): void => void events.push(event);
  const proved = await proveSignals(specs, {
    access,
    clock,
    record,
    signal: new AbortController().signal,
    patienceMs: 3000,
  });
  expect(proved).toBe(events.every(({ result }) => result.ok));
  return events;
}

const whyOf = (event: ProofEvent | undefined): string => {
  if (event === undefined) return "no proof";
  return event.result.ok ? `proved: ${event.result.says}` : `${event.result.why}: ${event.result.says}`;
};

/** The ten of the list that every judge of healing loops should know. */
const known: readonly (readonly [Trap, string, ProofFailure, string])[] = [
  ["success counts errors", "vllm/failure-share", "moved-wrong", "moved by 2, where one request of ours made 1"],
  ["disconnects vanish", "vllm-rust/gave-up-per-second", "did-not-move", "is counted nowhere, not as gave-up"],
  ["buckets all above the value", "vllm/ttft-p95", "cannot-tell", "between 0 and 5: the buckets cannot tell"],
  ["sum from middles", "vllm/ttft-mean", "cannot-tell", "made up from the middles of its buckets"],
  ["six digits", "vllm/generation-tokens-per-second", "did-not-move", "in steps of 10000"],
  ["gauges reset by reading", "vllm/running", "reading-changes-it", "reading it resets it"],
  ["gauges are old", "vllm/running", "moved-late", "running moved only"],
  ["ghost gauge", "vllm/running", "not-idle", "reads 7 when nothing runs"],
  ["percent", "vllm/kv-use", "unit", "unit looks wrong: vllm:kv_cache_usage_perc reads 37 as a ratio"],
  ["401", "vllm/running", "status", "answered 401: a key is needed"],
];

const others: readonly (readonly [Trap, string, ProofFailure, string])[] = [
  ["404", "vllm/running", "status", "answered 404"],
  ["501", "vllm/running", "status", "answered 501: metrics are switched off"],
  ["old names", "vllm/kv-use", "no-such-series", "vllm:gpu_cache_usage_perc is there, the name up to 0.8.5"],
  ["JSON", "vllm/running", "not-metrics", "application/json is none of Prometheus' formats"],
  ["no Content-Type", "vllm/running", "not-metrics", "no Content-Type"],
  ["unquoted label", "vllm/running", "not-metrics", "Prometheus would refuse the page: line"],
  ["milliseconds", "vllm/ttft-p95", "unit", "unit looks wrong"],
  ["counts twice", "vllm/success-per-second", "moved-wrong", "moved by 2"],
  ["counts no tokens", "vllm/success-per-second", "did-not-move", "vllm:generation_tokens_total did not move"],
  ["the scrape is in it", "vllm/failure-per-second", "reading-changes-it", "changed from one look to the next"],
  ["never running", "vllm/stall", "did-not-move", "running read 0 all the while our request ran"],
  ["counters are late", "vllm/success-per-second", "moved-late", "moved only 2."],
  ["series twice", "vllm/generation-tokens-per-second", "not-metrics", "stands twice"],
];

/** Plays each trap against its preset, all at once; what came of it beside what had to. */
async function playAll(cases: typeof known): Promise<{ readonly came: string[]; readonly due: string[] }> {
  const whys = await Promise.all(
    cases.map(async ([trap, name, why, words]) => {
      const said = whyOf((await prove([trap], spec(name)))[0]);
      const isDue = said.startsWith(`${why}: `) && said.includes(words);
      return `${trap}, ${name}: ${isDue ? `${why}: … ${words}` : said}`;
    }),
  );
  return { came: whys, due: cases.map(([trap, name, why, words]) => `${trap}, ${name}: ${why}: … ${words}`) };
}

describe("the proof of a preset", () => {
  it("passes on a server that counts right, for each kind of preset, and says what moved", async () => {
    const names = ["running", "waiting", "kv-use", "ttft-p95", "ttft-mean", "e2e-p50", "failure-share", "stall"];
    const events = await prove([], ...names.map((name) => spec(`vllm/${name}`)));
    expect(events.map(whyOf).filter((why) => !why.startsWith("proved"))).toEqual([]);
    expect(events).toHaveLength(names.length);
    expect(whyOf(events[0])).toContain("success +1, ttft +1, e2e +1, prompt-tokens +9, generation-tokens +20");
    expect(whyOf(events[0])).toContain("running read it while it ran; left early, it counts nowhere");
  });

  it("passes where a page only looks unusual: after a redirect, as OpenMetrics, without _total", async () => {
    const traps = ["redirect", "OpenMetrics", "no _total"] as const;
    const presets = ["vllm/success-per-second", "vllm/ttft-p95"].map((name) => spec(name));
    const events = await Promise.all(traps.map(async (trap) => prove([trap], ...presets)));
    expect(
      events
        .flat()
        .map(whyOf)
        .filter((why) => !why.startsWith("proved")),
    ).toEqual([]);
  });

  it("catches ten of the ten known traps, each for its reason", async () => {
    expect(known).toHaveLength(10);
    const { came, due } = await playAll(known);
    expect(came).toEqual(due);
  });

  it("catches what else is met in the field, each for its reason", async () => {
    const { came, due } = await playAll(others);
    expect(came).toEqual(due);
  });

  it("knows a server that counts who left early, and one that vanishes them by its catalogue", async () => {
    const [rust] = await prove([], spec("vllm-rust/gave-up-per-second"));
    expect(whyOf(rust)).toContain("left early, it counts as gave-up");
    const [python] = await prove(["disconnects vanish"], spec("vllm/failure-share"));
    expect(whyOf(python)).toContain("left early, it counts nowhere");
  });

  it("says nothing of the target when it is ended from outside", async () => {
    const address = await startStandIn();
    const access: TargetAccess = {
      replicas: () => [{ replica: "a", address, isRunning: null }],
      health: () => ({ path: "/" }),
    };
    const events: ProofEvent[] = [];
    const ending = new AbortController();
    const setting = { access, clock: { now: () => 0 }, record: (event: ProofEvent) => void events.push(event) };
    const proving = proveSignals([spec("vllm/running")], { ...setting, signal: ending.signal });
    ending.abort();
    expect(await proving).toBe(false);
    expect(events).toEqual([]);
  });

  it("does not take the request of one proof for that of another on the same server", async () => {
    const events = await prove(
      [],
      spec("vllm/running"),
      spec("vllm-rust/running"),
      spec("vllm/e2e-p50", { over: "9s" }),
    );
    expect(events.map(whyOf).filter((why) => !why.startsWith("proved"))).toEqual([]);
    expect(events).toHaveLength(3);
  });

  it("takes the names of an old version when it is told the version", async () => {
    const [event] = await prove(["old names"], spec("vllm/kv-use", { version: "0.8.5" }));
    expect(whyOf(event)).toContain("proved");
  });

  it("fails every probe of a replica that is not there, and says so", async () => {
    const gone: ProbedReplica = { replica: "gone", address: "http://127.0.0.1:1", isRunning: null };
    const [event] = await proveAt([gone], spec("vllm/running"));
    expect(whyOf(event)).toBe("unreachable: gone: connection refused");
    expect(await proveAt([], spec("vllm/running"))).toMatchObject([{ result: { ok: false, why: "unreachable" } }]);
  });

  it("asks one server and reads the pages of another where they are apart", async () => {
    const [event] = await prove([], spec("vllm/success-per-second", { request_service: "serve" }));
    expect(whyOf(event)).toContain("proved");
  });
});
