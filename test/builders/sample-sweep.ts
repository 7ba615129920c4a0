// A sweep of three trials, for tests that change one thing.

import type { Sweep } from "../../src/records/sweep.ts";

/** Of network.latency, which breaks between 400 ms and 1.2 s. */
export function sampleSweep(changes: Partial<Sweep> = {}): Sweep {
  const impact = { level: "noticeable", bad: 0.2, slo: 0.95, burnRate: 4, burntPerMinute: 4 / 43_200 } as const;
  return {
    schemaVersion: 1,
    sweepId: "20261130-190000-aaaa",
    startedAt: "2026-11-30T19:00:00.000Z",
    endedAt: "2026-11-30T19:10:00.000Z",
    harness: { version: "0.1.0" },
    intent: "network/inference-latency",
    title: "One slow inference replica",
    intentFile: "experiments/network/inference-latency.yaml",
    target: "reference-ai-stack",
    seed: 7,
    disturbance: 0,
    fault: "network.latency",
    param: "latency",
    unit: "ms",
    mildest: 10,
    harshest: 60_000,
    most: 12,
    ended: "12 trials, as many as there may be",
    trials: [
      {
        dose: 88,
        run: "20261130-190001-bbbb",
        outcome: "inconclusive",
        answer: "unfelt",
        why: "recovered-in-time — no",
      },
      { dose: 400, run: "20261130-190101-bbbb", outcome: "pass", answer: "held", why: "", impact },
      { dose: 2000, run: "20261130-190201-bbbb", outcome: "fail", answer: "broke", why: "recovered-in-time — late" },
    ],
    breaks: { kind: "found", median: 775, lo: 400, hi: 1200, credibility: 0.98 },
    ...changes,
  };
}
