// The page's model: run.json turned into words and figures, each figure with its path and raw value, so that a test can
// compare what is shown with what was measured.

import type { IntentDigest, IntentOf, RunDigest, RunOf, TrialDigest } from "../core/digest.ts";
import { isTreatment } from "../core/arms.ts";
import type { TimeSummary } from "../records/results/summaries.ts";
import { shareBoundText } from "../core/text.ts";
import { confidenceText } from "../measure/statistics/sequential.ts";
import type { Learning } from "../records/results/learning.ts";
import { attributionModel } from "./attribution-model.ts";
import type { AttributionModel } from "./attribution-model.ts";
import { starvedSentences } from "./environment-text.ts";
import { changesModel } from "./changes-model.ts";
import type { ChangesModel } from "./changes-model.ts";
import { incidentsModel } from "./incidents-model.ts";
import type { IncidentsModel } from "./incidents-model.ts";
import { firstSentence } from "./first-sentence.ts";
import type { FirstSentence } from "./first-sentence.ts";
import { summaryText } from "./figures.ts";
import { matrixModel } from "./matrix-model.ts";
import type { MatrixModel } from "./matrix-model.ts";
import { runPredictions } from "./prediction-text.ts";
import { measuredFacts, runFacts, type RunFacts } from "./run-facts.ts";
import { scorecardModel } from "./scorecard-model.ts";
import type { ScorecardModel } from "./scorecard-model.ts";
import { badge, figure } from "./shown.ts";
import type { Badge, Figure } from "./shown.ts";
import type { TrialPlace } from "./trial-place.ts";
import { triageModel } from "./triage-model.ts";
import { levelSentence } from "./levels.ts";
import type { TriageModel } from "./triage-model.ts";
import { worstFindings } from "./worst.ts";
import type { WorstModel } from "./worst.ts";
import { glossary, leftSentences, missingSentences, outcomeSign, runSentence, stoppedSentence } from "./words.ts";
import { pathwayText, wrongChoices } from "./wrong-choice.ts";

export interface IntentModel {
  readonly anchor: string;
  readonly id: string;
  readonly title: string;
  readonly belief: string;
  readonly target: string;
  readonly says: string;
  readonly badge: Badge;
  readonly mttd: Figure;
  readonly mttr: Figure;
  readonly ttm: Figure;
  /** Sentences of measure about the three times, those that there are. */
  readonly timeSentences: readonly { readonly name: string; readonly says: string }[];
  readonly pathway: string;
  readonly attribution: AttributionModel | null;
  readonly learning: Pick<Learning, "verdict" | "says"> | null;
  readonly attributionWord: string;
  readonly rate: RateModel | null;
  readonly falseAlarms: string | null;
  readonly honesty: string | null;
  readonly stopped: string | null;
  /** How hard it was meant to hit, and did; null: the intent says no level. */
  readonly levels: string | null;
}

interface RateModel {
  readonly recovered: Figure;
  readonly of: Figure;
  readonly lo: Figure;
  readonly hi: Figure;
  readonly proves: Figure | null;
  /** Of the interval, two-sided, and of what is proven, one-sided. */
  readonly confidence: string;
}

export interface PageModel {
  readonly title: string;
  readonly name: string;
  readonly badge: Badge;
  readonly says: string;
  /** null: what is counted says all that is known. */
  readonly first: FirstSentence | null;
  /** null in runs written before it was kept. */
  readonly incidents: IncidentsModel | null;
  readonly left: readonly string[];
  readonly missing: readonly string[];
  readonly facts: RunFacts;
  /** How the machine and the harness on it were measured; shown at the end. */
  readonly measured: RunFacts;
  readonly worst: readonly WorstModel[];
  /** null: there is nothing to hold it against. */
  readonly changes: ChangesModel | null;
  /** null: everything passed, or it was not triaged yet. */
  readonly triage: TriageModel | null;
  /** null in runs written before there was one. */
  readonly scorecard: ScorecardModel | null;
  /** How good predictions were; null: no judged trial had one. */
  readonly predictions: string | null;
  /** The same. */
  readonly matrix: MatrixModel | null;
  readonly intents: readonly IntentModel[];
  readonly glossary: typeof glossary;
}

/** Everything the page shows but the trials. */
export function pageModel(run: RunDigest): PageModel {
  const name = run.suite ?? "run";
  return {
    title: `${outcomeSign[run.outcome]} ${run.outcome} – ${name} – Rebound`,
    name,
    badge: badge(run.outcome),
    says: runSentence(run),
    first: firstSentence(run) ?? null,
    incidents: incidentsModel(run),
    left: leftSentences(run),
    missing: [...missingSentences(run), ...starvedSentences(run)],
    facts: runFacts(run),
    measured: measuredFacts(run),
    worst: worstFindings(run),
    changes: changesModel(run),
    triage: triageModel(run),
    scorecard: scorecardModel(run.scorecard),
    predictions: runPredictions(run) ?? null,
    matrix: matrixModel(
      run.scorecard,
      run.intents.map(({ intent }) => intent),
      wrongChoices(run.intents),
    ),
    intents: run.intents.map(intentModel),
    glossary,
  };
}

function intentModel(intent: IntentDigest, index: number): IntentModel {
  const path = `intents.${index}`;
  const times = { MTTD: intent.mttd, MTTR: intent.mttr, TTM: intent.ttm };
  return {
    anchor: `intent-${index}`,
    id: intent.intent,
    title: intent.title,
    belief: intent.belief,
    target: intent.target,
    says: intent.says,
    badge: badge(intent.outcome),
    mttd: timeFigure(`${path}.mttd`, intent.mttd),
    mttr: timeFigure(`${path}.mttr`, intent.mttr),
    ttm: timeFigure(`${path}.ttm`, intent.ttm),
    timeSentences: Object.entries(times).flatMap(([name, time]) => (time ? [{ name, says: time.says }] : [])),
    pathway: pathwayText(intent),
    attribution: intent.attribution ? attributionModel(intent.attribution, `${path}.attribution`) : null,
    learning: intent.learning ?? null,
    attributionWord: intent.attribution?.verdict ?? "–",
    rate: rateModel(intent, path),
    falseAlarms: intent.falseAlarms?.says ?? null,
    honesty: intent.honesty?.says ?? null,
    stopped: stoppedSentence(intent) ?? null,
    levels: levelSentence(intent) ?? null,
  };
}

/** Every trial of an intent and where it stands on the page. */
export function trialPlaces<Trial extends TrialDigest>(
  { trials }: IntentOf<Trial>,
  index: number,
): readonly PlacedTrial<Trial>[] {
  const open = trials.findIndex((trial) => isTreatment(trial.plan.arm));
  return trials.map((trial, at) => ({
    trial,
    place: {
      path: `intents.${index}.trials.${at}`,
      id: `trial-${index}-${at}`,
      open: trial.verdict.outcome !== "pass" || at === Math.max(0, open),
    },
  }));
}

/** A trial and where it stands. */
interface PlacedTrial<Trial extends TrialDigest> {
  readonly trial: Trial;
  readonly place: TrialPlace;
}

/** The trials of a run that belong beside each other: of one intent, with one number, in every arm. */
export function blocksOf<Trial extends TrialDigest>(run: RunOf<Trial>): readonly (readonly PlacedTrial<Trial>[])[] {
  return run.intents.flatMap((intent, index) => {
    const blocks = new Map<number, PlacedTrial<Trial>[]>();
    for (const placed of trialPlaces(intent, index)) {
      const number = placed.trial.plan.index;
      blocks.set(number, [...(blocks.get(number) ?? []), placed]);
    }
    return [...blocks.values()];
  });
}

function timeFigure(path: string, time: TimeSummary | undefined): Figure {
  return figure(path, time, summaryText(time));
}

function rateModel(intent: IntentDigest, path: string): RateModel | null {
  const rate = intent.recoveryRate;
  if (!rate) return null;
  const at = `${path}.recoveryRate`;
  const confidence = rate.confidence ?? 0.95;
  return {
    confidence: confidenceText(confidence),
    recovered: figure(`${at}.recovered`, rate.recovered, String(rate.recovered)),
    of: figure(`${at}.of`, rate.of, String(rate.of)),
    lo: figure(`${at}.lo`, rate.lo, shareBoundText(rate.lo, "lower")),
    hi: figure(`${at}.hi`, rate.hi, shareBoundText(rate.hi, "upper")),
    proves:
      rate.proves === undefined ? null : figure(`${at}.proves`, rate.proves, shareBoundText(rate.proves, "lower")),
  };
}
