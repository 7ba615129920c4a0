// The times of a trial, each with its formula and interval.

import { slowestSignal } from "../measure/windows/signals.ts";
import type { TrialFacts } from "../records/facts/facts.ts";
import type { Span } from "../records/interval.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import { approvalRows, lossRows } from "./conduct-rows.ts";
import type { TimeRow } from "./conduct-rows.ts";
import { spanText } from "./figures.ts";
import { figure } from "./shown.ts";

/** Every time that can be told, and a dash for those that cannot. */
export function timeRows(facts: TrialFacts, path: string): readonly TimeRow[] {
  const rows: readonly (readonly [string, string, string, Span | undefined])[] = [
    ["MTTD, time to detect", "mttd", "t2 − t0", facts.mttd],
    ["detection after impact", "detectionAfterImpact", "t2 − t1", facts.detectionAfterImpact],
    ["TTM, time to mitigate", "ttm", "t5 − t1", facts.ttm],
    ["MTTR, time to recover", "mttr", "t6 − t0", facts.mttr],
    ["resolve once detected", "resolve", "t6 − t2", facts.resolve],
  ];
  const times = rows.map(([name, key, formula, span]) => ({
    name,
    formula: span?.formula ?? formula,
    figure: figure(`${path}.facts.${key}`, span, spanText(span)),
  }));
  return [...times, ...firstActionRows(facts, path), ...approvalRows(facts, path), ...lossRows(facts, path)];
}

/** Without a feed: what MTTD cannot have exceeded. */
function firstActionRows({ firstAction }: TrialFacts, path: string): readonly TimeRow[] {
  if (firstAction === undefined) return [];
  const shown = figure(`${path}.facts.firstAction`, firstAction, spanText(firstAction));
  return [
    {
      name: "first action seen from outside (MTTD is not observed, and not longer)",
      formula: firstAction.formula,
      figure: shown,
    },
  ];
}

/** The three that everybody asks for. */
export function headlineRows(facts: TrialFacts, path: string): readonly Pick<TimeRow, "name" | "figure">[] {
  return (["mttd", "ttm", "mttr"] as const).map((key) => ({
    name: key.toUpperCase(),
    figure: figure(`${path}.facts.${key}`, facts[key], spanText(facts[key])),
  }));
}

/** What the target's own signals allow, whoever listens to them. */
export function signalRows({ plan }: TrialResult, path: string): readonly TimeRow[] {
  const slowest = slowestSignal(plan);
  if (slowest === undefined) return [];
  const index = plan.targetFacts.stateProbes.findIndex(({ signal }) => signal?.preset === slowest.preset);
  const at = `${path}.plan.targetFacts.stateProbes.${index}.signal.freshMs`;
  const text = `not faster than ${slowest.freshMs / 1000} s`;
  const formula = `age of ${slowest.preset}`;
  return [{ name: "detection from the target's own signals", formula, figure: figure(at, slowest.freshMs, text) }];
}
