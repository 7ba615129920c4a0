// Every signal. To add one: a file in this folder and a line here, and `npm run generate` for the README.
import { answersSlower } from "./answers-slower.ts";
import { answersMisshapen } from "./answers-misshapen.ts";
import { answersVary } from "./answers-vary.ts";
import { answersUncited } from "./answers-uncited.ts";
import { answersWorsen } from "./answers-worsen.ts";
import { completesNothing } from "./completes-nothing.ts";
import { completesNothingUnmeasured } from "./completes-nothing-unmeasured.ts";
import { batchStuck } from "./batch-stuck.ts";
import { schemaDrifts } from "./schema-drifts.ts";
import { batchSuspect } from "./batch-suspect.ts";
import { ingestionLags } from "./ingestion-lags.ts";
import { intakeRefused } from "./intake-refused.ts";
import { sourceHeld } from "./source-held.ts";
import { queueWaits } from "./queue-waits.ts";
import { capacitySpare } from "./capacity-spare.ts";
import { documentsLacking } from "./documents-lacking.ts";
import { demandAboveBaseline } from "./demand-above-baseline.ts";
import { demandOffForecast } from "./demand-off-forecast.ts";
import { embeddingDrifts } from "./embedding-drifts.ts";
import { errorsHigh } from "./errors-high.ts";
import { everythingDark } from "./everything-dark.ts";
import { exhaustionForecast } from "./exhaustion-forecast.ts";
import { failsUnlikeSiblings } from "./fails-unlike-siblings.ts";
import { hitDiffersFromMiss } from "./hit-differs-from-miss.ts";
import { indexHashDiffers } from "./index-hash-differs.ts";
import { keptAnswerDiffers } from "./kept-answer-differs.ts";
import { keptVectorsStale } from "./kept-vectors-stale.ts";
import { kvExhausted } from "./kv-exhausted.ts";
import { latencyCreeps } from "./latency-creeps.ts";
import { logInsGuessed } from "./log-ins-guessed.ts";
import { notAnswering } from "./not-answering.ts";
import { oddSeries } from "./odd-series.ts";
import { oddTogether } from "./odd-together.ts";
import { pathLost } from "./path-lost.ts";
import { pathSlow } from "./path-slow.ts";
import { processGone } from "./process-gone.ts";
import { queueGrows } from "./queue-grows.ts";
import { centroidMoved } from "./centroid-moved.ts";
import { lengthsOdd } from "./lengths-odd.ts";
import { manifestUnreadable } from "./manifest-unreadable.ts";
import { replicaDigestsDiffer } from "./replica-digests-differ.ts";
import { recordsApart } from "./records-apart.ts";
import { rowsDead } from "./rows-dead.ts";
import { writesRefused } from "./writes-refused.ts";
import { rowsNotRetrievable } from "./rows-not-retrievable.ts";
import { selfRetrievalLow } from "./self-retrieval-low.ts";
import { questionsDrift } from "./questions-drift.ts";
import type { SignalSpec } from "./signal.ts";
import { stalled } from "./stalled.ts";
import { stateFailing } from "./state-failing.ts";
import { storedVectorsDiffer } from "./stored-vectors-differ.ts";
import { symbolsInvented } from "./symbols-invented.ts";
import { telemetryImplausible } from "./telemetry-implausible.ts";
import { telemetryLost } from "./telemetry-lost.ts";
import { slowerThanSiblings } from "./slower-than-siblings.ts";
import { underMaintenance } from "./under-maintenance.ts";
import { usersDiffer } from "./users-differ.ts";
import { textsEmbedOtherwise } from "./texts-embed-otherwise.ts";
import { turnsAway } from "./turns-away.ts";
import { worksOn } from "./works-on.ts";

/** Detectors run in the order in which they are first named here. */
export const SIGNALS = [
  underMaintenance,
  processGone,
  notAnswering,
  everythingDark,
  indexHashDiffers,
  selfRetrievalLow,
  storedVectorsDiffer,
  replicaDigestsDiffer,
  recordsApart,
  centroidMoved,
  lengthsOdd,
  manifestUnreadable,
  rowsNotRetrievable,
  answersMisshapen,
  rowsDead,
  documentsLacking,
  writesRefused,
  pathLost,
  pathSlow,
  logInsGuessed,
  slowerThanSiblings,
  latencyCreeps,
  stalled,
  failsUnlikeSiblings,
  turnsAway,
  completesNothing,
  completesNothingUnmeasured,
  worksOn,
  errorsHigh,
  exhaustionForecast,
  queueGrows,
  capacitySpare,
  kvExhausted,
  hitDiffersFromMiss,
  batchStuck,
  schemaDrifts,
  batchSuspect,
  queueWaits,
  ingestionLags,
  sourceHeld,
  intakeRefused,
  keptAnswerDiffers,
  embeddingDrifts,
  keptVectorsStale,
  textsEmbedOtherwise,
  answersSlower,
  answersUncited,
  symbolsInvented,
  answersWorsen,
  demandAboveBaseline,
  oddTogether,
  oddSeries,
  demandOffForecast,
  questionsDrift,
  answersVary,
  usersDiffer,
  stateFailing,
  telemetryLost,
  telemetryImplausible,
] as const satisfies readonly SignalSpec[];

export type SignalName = (typeof SIGNALS)[number]["name"];

const BY_NAME: ReadonlyMap<string, SignalSpec> = new Map(SIGNALS.map((one) => [one.name, one]));

/** What is known of a signal. Throws for a name that is not in the table: a detector may say nothing else. */
export function signalNamed(name: string): SignalSpec {
  const found = BY_NAME.get(name);
  if (found === undefined) throw new Error(`no signal ${name}; add it to signals/table.ts`);
  return found;
}
