// A made-up run with everything a report may meet: pass, fail, inconclusive, invalid, and words that try to break out.

import { trialName } from "../../src/core/plan.ts";
import { loadTimes } from "./simulated-trial.ts";
import type { TimelineEvent } from "../../src/records/timeline/event.ts";
import type { TrialRecord } from "../../src/core/verdict.ts";
import type { TrialFacts } from "../../src/records/facts/facts.ts";
import type { MarkName } from "../../src/records/facts/marks.ts";
import type { Mark } from "../../src/records/interval.ts";
import type { IntentResult, RunResult } from "../../src/records/results/run-result.ts";
import { summariseIncidents } from "../../src/verdict/incident-summary.ts";
import { scoreRun } from "../../src/verdict/score/matrix.ts";
import { claim, markAt, sampleFacts, samplePlan, sampleTimeline } from "./sample-trial.ts";
import type { Story } from "./sample-trial.ts";
import { finding, honestly, intentOf, trial } from "./sample-intent.ts";

/** Text that would act in a page, a template, XML, Markdown or a terminal if it were not made harmless. */
export const hostile =
  "<script>alert(1)</script> {{x}} {{{y}}} ]]> --> \"'><img src=x onerror=alert(2)> & [a](javascript:alert(3)) | `b` \u0000\u0007\u001b[31m\u202e\ud800 end";

const healedMarks: TrialFacts["marks"] = {
  t0: markAt(0, 12),
  t1: markAt(480, 500),
  t2: markAt(1910, 130),
  t2c: markAt(2180, 130),
  t3: markAt(2230, 130),
  t4: markAt(2400, 120),
  t5: markAt(5100, 500),
  t6: markAt(6080, 510),
  t7: markAt(6900, 120),
  t8: markAt(14_300, 20),
};

function passing(): { result: IntentResult; timelines: Map<string, readonly TimelineEvent[]> } {
  const story: Story = { hurt: [500, 5000], replicaDown: [0, 6000] };
  const stuck: Story = { hurt: [500, 30_000], replicaDown: [0, 30_000] };
  const treatment = samplePlan("process/replica-kill", "treatment");
  const ablation = samplePlan("process/replica-kill", "ablation");
  const { t0, t1, t2, t2c, t3, t4, t8 } = healedMarks as Record<MarkName, Mark>;
  const claims = [
    claim(1910, "detected", { class: "crash", confidence: 0.98, reasons: ["2 misses of /health", "pid is gone"] }),
    claim(2180, "classified", { class: "crash", confidence: 0.98 }),
    claim(2230, "decided", { pathway: "restart-replica", reasons: ["low risk, one replica of two"] }),
    claim(2260, "action.started", { pathway: "restart-replica", action: "restart inference-2" }),
    claim(5200, "action.finished", { pathway: "restart-replica", outcome: "done" }),
    claim(5400, "verified", { outcome: "healed" }),
    claim(6900, "closed"),
  ];
  const timeline = sampleTimeline(story, claims);
  const trials = [
    trial(treatment, honestly(treatment, sampleFacts(story, healedMarks), timeline), "pass", [
      finding("steady-before", "pass", "Steady state held in 20 of 20 windows before injection."),
      finding("detected-in-time", "pass", "Detected 1.9 s after injection; 5 s were allowed."),
      finding("classified-right", "pass", "Classified as crash, as expected."),
      finding("recovered-in-time", "pass", "Recovered 6.1 s after injection; 20 s were allowed."),
      finding("by-declared-pathway", "pass", "restart-replica was claimed done before recovery."),
      finding("declared-truthfully", "pass", "Declared 0.8 s after recovery was measured."),
    ]),
    trial(ablation, sampleFacts(stuck, { t0, t1, t2, t2c, t3, t4, t8 }), "pass", [
      finding("by-declared-pathway", "pass", "With restart-replica a no-op the stack stayed broken for 30 s."),
    ]),
  ];
  const result = intentOf(trials, {
    outcome: "pass",
    says: "The replica was back within 6.1 s, by restart-replica.",
    attribution: {
      verdict: "UNPROVEN",
      treatment: { recovered: 1, of: 1 },
      ablation: { recovered: 0, of: 1 },
      difference: { value: 1, lo: -0.1233, hi: 1 },
      confidence: 0.95,
      comparisons: [
        {
          arm: "ablation",
          recovered: 0,
          of: 1,
          byOther: 0,
          difference: { value: 1, lo: -0.1233, hi: 1 },
          says: "without the action 0 of 1 recovered",
        },
        { arm: "unhealed", recovered: 0, of: 0, byOther: 0, says: "without the healer 0 of 0 recovered" },
      ],
      gain: { says: "gain: not known, no trial of the arm unhealed tells whether the stack recovered" },
      says: "1 of 1 recovered with the action and 0 of 1 without it; 4 trials an arm would prove it",
    },
    recoveryRate: { recovered: 1, of: 1, lo: 0.025, hi: 1, proves: 0.05 },
  });
  const timelines = new Map([
    [trialName(treatment), timeline],
    [trialName(ablation), sampleTimeline(stuck, claims.slice(0, 4))],
  ]);
  return { result, timelines };
}

function failing(): { result: IntentResult; timelines: Map<string, readonly TimelineEvent[]> } {
  const story: Story = { hurt: [900, 30_000], blind: [12_000, 14_500] };
  const plan = samplePlan("data/vector-index-corruption", "treatment", { belief: hostile });
  const marks = {
    t0: markAt(0, 12),
    t1: markAt(930, 500),
    t2: markAt(4040, 130),
    t7: markAt(9000, 130),
    t8: markAt(30_000, 20),
  };
  const claims = [
    claim(4040, "detected", { class: hostile, reasons: [hostile] }),
    claim(9000, "closed", { reasons: ["looks fine"] }),
  ];
  const timeline = sampleTimeline(story, claims);
  const facts = honestly(plan, sampleFacts(story, marks, { pathway: "clear-cache" }), timeline);
  const findings = [
    finding("detected-in-time", "pass", "Detected 4.0 s after injection; 5 s were allowed."),
    finding(
      "recovered-in-time",
      "fail",
      `users.error_share was 0.42 in the window from 29.5 s; bound 0.05. ${hostile}`,
    ),
    finding("declared-truthfully", "fail", "Closed at 9.0 s; recovery was never seen."),
    finding("harness-kept-pace", "inconclusive", "replicas.inference was not seen from 12 s to 14.5 s."),
  ];
  const attribution = {
    verdict: "WRONG-PATHWAY",
    treatment: { recovered: 0, of: 1 },
    ablation: { recovered: 0, of: 0 },
    says: `Another action did it: ${hostile}`,
  } as const;
  const result = intentOf([trial(plan, facts, "fail", findings)], {
    outcome: "fail",
    says: `Not recovered within 30 s. ${hostile}`,
    attribution,
  });
  return { result, timelines: new Map([[trialName(plan), timeline]]) };
}

function unjudged(): { result: readonly IntentResult[]; timelines: Map<string, readonly TimelineEvent[]> } {
  const blind = samplePlan("control/traffic-bump", "look-alike", { disturbances: [loadTimes(1.5)] });
  const never = samplePlan("network/inference-latency", "treatment");
  const blindFacts = sampleFacts(
    { blind: [-10_000, 30_000] },
    {},
    {
      recovery: "unseen",
      pathway: null,
      blindSamples: {
        "replicas.inference": {
          samples: 148,
          unseen: 148,
          by: { "inference-1: answered 401": 146, "inference-1: no answer in time": 2 },
          last: "inference-1: answered 401",
        },
      },
    },
  );
  const neverFacts = sampleFacts(
    {},
    {},
    {
      windows: [],
      recovery: "not-disturbed",
      pathway: null,
      load: { ...sampleFacts({}, {}).load, baselineLatency: { samples: 3 }, disturbedLatency: { samples: 0 } },
    },
  );
  const inconclusive = intentOf(
    [trial(blind, blindFacts, "inconclusive", [finding("held-fire", "inconclusive", "The feed was lost at 3.0 s.")])],
    { outcome: "inconclusive", says: "The users' view was blind from 3 s on." },
  );
  const invalid = intentOf([trial(never, neverFacts, "invalid", [])], {
    outcome: "invalid",
    says: "The fault's effect was not confirmed: 400 ms expected, 1 ms seen.",
  });
  return {
    result: [inconclusive, invalid],
    timelines: new Map([[trialName(blind), sampleTimeline({ blind: [0, 30_000] }, [])]]),
  };
}

export interface SampleRun {
  readonly run: RunResult;
  /** A record for every trial; the invalid one's timeline is empty. */
  readonly records: readonly TrialRecord[];
}

function recordsOf(run: RunResult, timelines: ReadonlyMap<string, readonly TimelineEvent[]>): SampleRun["records"] {
  const plans = run.intents.flatMap((intent) => intent.trials.map((it) => it.plan));
  return plans.map((plan) => ({ plan, timeline: timelines.get(trialName(plan)) ?? [] }));
}

/** An interrupted run of four intents, one of each outcome, with hostile words in the failing one. */
export function sampleRun(extra: Partial<RunResult> = {}): SampleRun {
  const good = passing();
  const bad = failing();
  const rest = unjudged();
  const run: RunResult = {
    schemaVersion: 1,
    runId: "sample",
    suite: "smoke",
    startedAt: "2026-11-22T02:30:00.000Z",
    endedAt: "2026-11-22T02:34:12.345Z",
    seed: 42,
    machine: { cores: 2, memoryBytes: 8_242_892_800, node: "20.20.2", platform: "linux x64" },
    harness: { version: "0.1.0" },
    interrupted: true,
    planned: 9,
    outcome: "fail",
    intents: [good.result, bad.result, ...rest.result],
    ...extra,
  };
  return scored(run, new Map([...good.timelines, ...bad.timelines, ...rest.timelines]));
}

/** A whole run in which the one intent passed. */
export function passingRun(): SampleRun {
  const { result, timelines } = passing();
  const { run } = sampleRun({ intents: [result], outcome: "pass", interrupted: false, planned: 2 });
  return scored(run, timelines);
}

/** Three days ago somebody had evidence on another pathway, and one earlier run cannot be read. */
const history = {
  runs: [
    {
      runId: "earlier",
      endedAt: "2026-11-19T02:34:00.000Z",
      pathways: [{ target: "reference-ai-stack", pathway: "restore-index", faults: ["index.corruption"] }],
    },
  ],
  unread: [`broken: ${hostile}`],
};

function scored({ scorecard: _old, ...run }: RunResult, timelines: ReadonlyMap<string, readonly TimelineEvent[]>) {
  const scorecard = scoreRun(run.intents, run.endedAt, history);
  const incidents = summariseIncidents(run.intents);
  return { run: { ...run, incidents, ...(scorecard && { scorecard }) }, records: recordsOf(run, timelines) };
}
