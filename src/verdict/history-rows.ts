// A run as rows of the history.

import { planDigest } from "../core/plan-digest.ts";
import type { RunDigest, TrialDigest } from "../core/digest.ts";
import { historyRowVersion, undeclaredPathway, type HistoryRow, type HistoryTime } from "../records/history-row.ts";
import type { Span } from "../records/interval.ts";
import { tellingTrials } from "./arm-evidence.ts";

/** One row for each judged trial, in the order of the result. */
export function historyRowsOf(run: RunDigest): readonly HistoryRow[] {
  return [...eachHistoryRow(run)];
}

/** The same one by one: of a long run nobody has to hold them all. */
export function* eachHistoryRow(run: RunDigest): Generator<HistoryRow> {
  const { runId, startedAt, endedAt, suite, harness } = run;
  const ofRun = {
    v: historyRowVersion,
    run: runId,
    started: startedAt,
    ended: endedAt,
    suite,
    harness: harness.version,
  } as const;
  const speedOf = ({ plan }: TrialDigest): Pick<HistoryRow, "workMs"> => {
    // Of a run that was put together, each trial has the machine of its own part.
    const { workMs } = (run.parts?.find((part) => part.runId === plan.runId) ?? run).machine;
    return workMs === undefined ? {} : { workMs };
  };
  for (const { trials } of run.intents) {
    const telling = new Set(tellingTrials(trials));
    for (const trial of trials) yield { ...ofRun, ...speedOf(trial), ...ofTrial(trial), tells: telling.has(trial) };
  }
}

type OfTrial = Omit<HistoryRow, "v" | "run" | "started" | "ended" | "suite" | "harness" | "workMs" | "tells">;

function ofTrial({ plan, facts, verdict }: TrialDigest): OfTrial {
  const { settings, predicted } = plan;
  const { files } = plan.targetFacts;
  const { mttd, mttr, ttm, tookMs, pathway, recovery, relapse } = facts;
  const declared = pathway === null || plan.targetFacts.pathways.includes(pathway);
  return {
    target: plan.target,
    ...(settings !== undefined && Object.keys(settings).length > 0 && { settings }),
    intent: plan.intent,
    arm: plan.arm,
    n: plan.index,
    seed: plan.seed,
    plan: planDigest(plan),
    outcome: verdict.outcome,
    recovery,
    ...(relapse.at !== undefined && { relapsed: true as const }),
    pathway: declared ? pathway : undeclaredPathway,
    ...(mttd && { mttd: timeOf(mttd) }),
    ...(mttr && { mttr: timeOf(mttr) }),
    ...(ttm && { ttm: timeOf(ttm) }),
    watchMs: plan.watchMs,
    ...(tookMs !== undefined && { tookMs: microseconds(tookMs) }),
    ...(files !== undefined && { files }),
    ...(predicted && { predicted }),
    against: verdict.findings.filter(({ outcome }) => outcome !== "pass").map(({ rule }) => rule),
  };
}

/** Bounds are rounded outwards. */
function timeOf({ ms, lo, hi }: Span): HistoryTime {
  return { ms: microseconds(ms), lo: Math.floor(lo * 1000) / 1000, hi: Math.ceil(hi * 1000) / 1000 };
}

/** More digits would be noise in the record. */
function microseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
