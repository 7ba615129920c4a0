// One made-up trial: plan, facts and timeline from a short story of who was hurt when.

import type { ArmName } from "../../src/core/arms.ts";
import type { PlannedDisturbance, TrialPlan } from "../../src/records/plan.ts";
import type { Claim, ClaimType } from "../../src/records/claim.ts";
import type { TrialFacts } from "../../src/records/facts/facts.ts";
import type { WindowFact } from "../../src/records/facts/windows.ts";
import type { Mark, Span } from "../../src/records/interval.ts";
import type { TimelineEvent } from "../../src/records/timeline/event.ts";

/** What of the stack was hurt, when, in ms after injection; absent: never. */
export interface Story {
  readonly hurt?: readonly [number, number];
  readonly replicaDown?: readonly [number, number];
  readonly blind?: readonly [number, number];
}

/** Instant of injection and end of every sample, ms from the trial's epoch. */
export const T0 = 18_000;
const END = 48_000;
const WINDOW = 500;

export function samplePlan(intent: string, arm: ArmName, extra: Partial<TrialPlan> = {}): TrialPlan {
  const fault: PlannedDisturbance = {
    type: "fault",
    fault: "process.kill",
    site: { service: "inference", replica: "inference-2" },
    seed: 7,
    params: { signal: "SIGKILL" },
  };
  return {
    schemaVersion: 1,
    runId: "sample",
    intent,
    intentFile: `experiments/${intent}.yaml`,
    belief: "A replica that is killed is back, and users are well again, within 20 s.",
    target: "reference-ai-stack",
    arm,
    index: 1,
    seed: 42,
    load: {
      arrival: "constant",
      ratePerSecond: 20,
      slowOverMs: 600,
      timeoutMs: 3000,
      warmupMs: 3000,
      baselineMs: 8000,
    },
    steady: {
      windowMs: WINDOW,
      badAfter: 2,
      conditions: [
        { name: "few errors", expression: "users.error_share <= 0.05", view: "users" },
        { name: "replicas", expression: "replicas.inference >= 2", view: "state" },
      ],
    },
    disturbances: [fault],
    expect: {
      detected: { withinMs: 5000, as: ["crash"] },
      recovered: { withinMs: 20_000, by: "restart-replica", holdMs: 3000 },
      heldFire: false,
      budget: { slo: 0.95, maxBurn: 20 },
      never: [],
    },
    ablated: arm === "ablation" ? ["restart-replica"] : [],
    injectAfterMs: 730,
    watchMs: 30_000,
    holdMs: 3000,
    targetFacts: {
      hasFeed: true,
      pathways: ["restart-replica", "restore-index"],
      dataProbes: ["records.vector"],
      stateProbes: [
        { name: "replicas.inference", everyMs: 500 },
        { name: "recall.vector", everyMs: 1000 },
      ],
    },
    estimateMs: 45_000,
    ...extra,
  };
}

/** A mark `ms` after injection, known to ± `spread`. */
export function markAt(ms: number, spread = 150): Mark {
  return { at: T0 + ms, lo: T0 + ms - spread, hi: T0 + ms + spread };
}

function spanOf(from: Mark, to: Mark, formula: string): Span {
  return { ms: to.at - from.at, lo: to.lo - from.hi, hi: to.hi - from.lo, formula };
}

function inside(range: readonly [number, number] | undefined, at: number): boolean {
  return range !== undefined && at >= T0 + range[0] && at < T0 + range[1];
}

function windowsOf(story: Story): readonly WindowFact[] {
  const windows: WindowFact[] = [];
  for (let from = 8000; from < END; from += WINDOW) {
    const blind = inside(story.blind, from);
    const hurt = inside(story.hurt, from);
    const down = inside(story.replicaDown, from);
    const wobble = ((from / WINDOW) % 5) / 100;
    windows.push({
      from,
      to: from + WINDOW,
      users: blind ? "unseen" : hurt ? "bad" : "good",
      state: hurt || down ? "bad" : blind ? "unseen" : "good",
      broken: [...(hurt ? ["few errors"] : []), ...(down ? ["replicas"] : [])],
      values: {
        ...(!blind && {
          "users.count": 10,
          "users.error_share": hurt ? 0.4 + wobble : 0,
          "users.slow_share": hurt ? 0.2 + wobble : wobble / 2,
          "users.right_share": hurt ? 0.8 : 0.97 + wobble / 2,
          "users.latency_p50": hurt ? 840 + 1000 * wobble : 210 + 300 * wobble,
        }),
        "replicas.inference": down ? 1 : 2,
        "recall.vector": 1,
      },
    });
  }
  return windows;
}

/** One approval, granted while the incident was under way. */
const sampleApprovals: NonNullable<TrialFacts["approvals"]> = {
  waits: [
    {
      incident: "inc-1",
      outcome: "granted",
      asked: markAt(1800),
      answered: markAt(2600),
      wait: { ms: 800, lo: 500, hi: 1100, formula: "granted − asked" },
    },
  ],
  total: { ms: 800, lo: 500, hi: 1100, formula: "time waited for approvals" },
  inResolve: { ms: 800, lo: 500, hi: 1100, formula: "time waited for approvals in [t2, t6]" },
};

export function sampleFacts(story: Story, marks: TrialFacts["marks"], extra: Partial<TrialFacts> = {}): TrialFacts {
  const { t0, t1, t2, t5, t6 } = marks;
  return {
    marks,
    ...(t0 && t2 && { mttd: spanOf(t0, t2, "t2 − t0") }),
    ...(t1 && t2 && { detectionAfterImpact: spanOf(t1, t2, "t2 − t1") }),
    ...(t0 && t6 && { mttr: spanOf(t0, t6, "t6 − t0") }),
    ...(t2 && t6 && { resolve: spanOf(t2, t6, "t6 − t2") }),
    ...(t1 && t5 && { ttm: spanOf(t1, t5, "t5 − t1") }),
    windows: windowsOf(story),
    baseline: {
      "users.count": 10,
      "users.error_share": 0,
      "users.slow_share": 0.01,
      "users.right_share": 0.98,
      "users.latency_p50": 216.4,
      "replicas.inference": 2,
      "recall.vector": 1,
    },
    load: {
      expected: 760,
      answered: 741,
      errors: 17,
      errorsBy: { baseline: {}, disturbed: { "cut stream": 9, "status 503": 7, timeout: 1 } },
      unsent: 2,
      lateSendShare: 0.0026,
      lagMaxMs: 7.31,
      sendLagMs: 3.2,
      baselineLatency: { samples: 160, p50: 214.2, p95: 388.9 },
      disturbedLatency: { samples: 581, p50: 241.7, p95: 901.3 },
    },
    pathway: t6 ? "restart-replica" : null,
    recovery: t6 ? "healed" : "not-recovered",
    relapse: { watchedMs: t6 ? 6000 : 0, wantedMs: 15_000 },
    approvals: sampleApprovals,
    documents: {
      written: 60,
      refused: 2,
      silentMs: 480,
      atEnd: {
        gone: 3,
        unseen: 1,
        ids: { first: "n20", last: "n22" },
        window: { from: markAt(-1200), to: markAt(300) },
        reach: { ms: 1200, lo: 900, hi: 1500, formula: "t0 − first document gone" },
      },
      afterRevert: { gone: 0, unseen: 0 },
    },
    overReach: { touches: [], healthy: [], radius: { planned: 1, actual: 1, of: 8 } },
    burn: { bad: 17, expected: 600, slo: 0.95, burn: 0.5667 },
    ...extra,
  };
}

export function claim(at: number, type: ClaimType, extra: Partial<Claim> = {}): TimelineEvent {
  const made: Claim = {
    type,
    id: `${type}-1`,
    incident: "inc-1",
    // A clock four minutes ahead of ours: only its differences may matter.
    time: new Date(Date.parse("2026-11-22T02:34:00Z") + at).toISOString(),
    scope: { service: "inference", replica: "inference-2" },
    reasons: [],
    ...extra,
  };
  return { kind: "claim", at: T0 + at, claim: made };
}

export function sampleTimeline(story: Story, claims: readonly TimelineEvent[]): readonly TimelineEvent[] {
  const events: TimelineEvent[] = [
    { kind: "phase", at: 0, phase: "boot" },
    { kind: "phase", at: 8000, phase: "baseline" },
    { kind: "phase", at: T0 - 60, phase: "inject" },
    ...claims,
  ];
  for (let at = T0; at < END; at += 200) events.push({ kind: "feed", state: "alive", at });
  for (let from = 8000; from < END; from += WINDOW) {
    const down = inside(story.replicaDown, from);
    events.push({
      kind: "reading",
      at: from + 20,
      from,
      probe: "replicas.inference",
      reading: inside(story.blind, from)
        ? { ok: false, reason: "connection refused" }
        : { ok: true, value: down ? 1 : 2 },
    });
  }
  return events.sort((a, b) => a.at - b.at);
}
