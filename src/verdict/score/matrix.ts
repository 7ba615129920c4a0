// Pathway × fault: what each was tried against, in this run and, for freshness, in earlier ones. Pairs without
// evidence have no cell.

import type { IntentDigest, TrialDigest } from "../../core/digest.ts";
import { isControl, isTreatment } from "../../core/arms.ts";
import { faultsName } from "../../core/plan.ts";
import type { History } from "../../core/scorecard.ts";
import type { Matrix, MatrixCell } from "../../records/results/matrix.ts";
import type { Scorecard } from "../../records/results/scorecard.ts";
import { clopperPearson } from "../../measure/statistics/clopper-pearson.ts";
import { countedTrials, recoveredForGood, tellingTrials } from "../arm-evidence.ts";
import { confidenceOf } from "../attribution.ts";
import { timesOf } from "../intent-times.ts";
import { outcomeAbout } from "../rule-table.ts";
import { holdPathway } from "./pathway-score.ts";
import { scorecardOf } from "./scorecard.ts";

type Pair = Pick<MatrixCell, "target" | "pathway" | "fault">;

/**
 * The scorecard of a run that ended at `endedAt` (ISO 8601) with its matrix; rows are its pathways, and columns what
 * they were tried against. Undefined where `scorecardOf` is. Of `history` the runs that ended later are left out: a run
 * that is judged again knows what it knew then.
 */
export function scoreRun(
  intents: readonly IntentDigest[],
  endedAt: string,
  { runs, unread }: History,
): Scorecard | undefined {
  const earlier = { runs: runs.filter((run) => Date.parse(run.endedAt) <= Date.parse(endedAt)), unread };
  const card = scorecardOf(intents, endedAt, earlier);
  // In one order, whatever order they ran in, like the scores.
  const ordered = intents.toSorted((a, b) => (a.intent < b.intent ? -1 : 1));
  return card && { ...card, matrix: matrixOf(card, ordered, earlier) };
}

function matrixOf({ pathways, freshness }: Scorecard, intents: readonly IntentDigest[], history: History): Matrix {
  const cells = pathways.flatMap(({ target, pathway }) => {
    const own = intents.filter((intent) => intent.target === target);
    const trials = own.flatMap((intent) => intent.trials.filter((trial) => isAsked(trial, pathway)));
    const past = history.runs.flatMap((run) =>
      run.pathways.filter((one) => one.target === target && one.pathway === pathway),
    );
    const faults = [...trials.map(({ plan }) => faultsName(plan.disturbances)), ...past.flatMap((one) => one.faults)];
    return [...new Set(faults)].sort().map((fault) => {
      const tried = trials.filter(({ plan }) => faultsName(plan.disturbances) === fault);
      const pair = { target, pathway, fault };
      const cell = cellOf(pair, own, tried);
      const newest = cell.of > 0 ? freshness.asOf : newestOf(pair, history);
      return { ...cell, ...(newest !== undefined && { newest }) };
    });
  });
  return { faults: [...new Set(cells.map(({ fault }) => fault))].sort(), cells };
}

function isAsked({ plan }: TrialDigest, pathway: string): boolean {
  if (pathway === holdPathway) return isControl(plan.arm);
  return isTreatment(plan.arm) && plan.expect.recovered?.by === pathway;
}

function cellOf(pair: Pair, intents: readonly IntentDigest[], trials: readonly TrialDigest[]): MatrixCell {
  const { pathway } = pair;
  const isHold = pathway === holdPathway;
  const telling = isHold ? countedTrials(trials) : tellingTrials(trials);
  const good = isHold
    ? telling.filter((one) => outcomeAbout(one, "restraint") === "pass")
    : telling.filter(recoveredForGood);
  const recovered = isHold ? good.length : good.filter(({ facts }) => facts.pathway === pathway).length;
  const counted = countedTrials(trials);
  const own = intents.filter((intent) => intent.trials.some((trial) => trials.includes(trial)));
  const { mttd, mttr } = isHold || counted.length === 0 ? {} : timesOf(counted);
  return {
    ...pair,
    recovered,
    byOther: good.length - recovered,
    of: telling.length,
    untold: trials.length - telling.length,
    ...(telling.length > 0 && { interval: intervalOf(recovered, telling.length, confidenceOf(trials)) }),
    ...(mttd && { mttd }),
    ...(mttr && { mttr }),
    attribution: [...new Set(own.flatMap(({ attribution }) => attribution?.verdict ?? []))].sort(),
    intents: own.map(({ intent }) => intent),
  };
}

function intervalOf(hits: number, of: number, confidence: number): MatrixCell["interval"] & object {
  return { ...clopperPearson(hits, of, confidence), confidence };
}

/** End of the newest earlier run with evidence on the pair. */
function newestOf({ target, pathway, fault }: Pair, { runs }: History): string | undefined {
  const isIt = (one: (typeof runs)[number]["pathways"][number]): boolean =>
    one.target === target && one.pathway === pathway && one.faults.includes(fault);
  return runs
    .filter((run) => run.pathways.some(isIt))
    .map(({ endedAt }) => endedAt)
    .toSorted((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1);
}
