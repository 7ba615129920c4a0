// How long each alarm needs to speak again when the trouble is still there, from its calibrated limit, the period of
// its looks, the rate of its samples and the age of its readings; and what it reads, so that verification can look
// elsewhere.
import { LIMITS } from "../detection/limits.ts";
import { NUMBERS } from "../numbers.ts";
import type { SignalName } from "../signals/table.ts";
import type { Source } from "./probe.ts";

/** What the time of an alarm depends on, apart from its limit. */
export interface Pace {
  /** Answers of one replica. */
  readonly perSecond: number;
  /** What the alarm reads may be this old, ms. Absent: replicas are read themselves. */
  readonly freshMs?: number | undefined;
}

interface Alarm {
  readonly reads: readonly Source[];
  /** From the first look that shows the trouble, ms, in 95 of 100 cases. */
  readonly speaksWithinMs: (pace: Pace) => number;
}

const { answers, backend, deepProbe, errors, ingestion, look, metrics, path, pulse, scaling } = NUMBERS;
const { timeoutMs, latency, creep, exhaustion, kvMemory, selfRetrieval, tickMs } = NUMBERS;

/** A look begins up to one period after the trouble, and its answer is taken in at the next turn of the loop. */
function looks(count: number, everyMs: number): number {
  return count * everyMs + tickMs;
}

/**
 * Looks until a Bernoulli CUSUM has passed its limit at the share that it is made to see: where mean − 1.645 σ of the
 * sum of n looks passes it (normal approximation of the sum of `rows` steps a look).
 */
function looksOfBernoulli({ p0, limit }: { p0: number; limit: number }, p1: number, rows: number): number {
  const [miss, hit] = [Math.log(p1 / p0), Math.log((1 - p1) / (1 - p0))];
  const mean = rows * (p1 * miss + (1 - p1) * hit);
  const sigma = Math.sqrt(rows * p1 * (1 - p1)) * (miss - hit);
  let count = 1;
  while (count * mean - 1.645 * Math.sqrt(count) * sigma < limit && count < 1000) count += 1;
  return count;
}

/**
 * Looks until a capped CUSUM has passed its limit when each look is at the cap, and until so many looks had an answer:
 * answers come by chance (Poisson), so a look has one with 1 − e^(−rate · period); mean + 1.645 σ of the negative
 * binomial count.
 */
function looksOfCapped(limit: number, perSecond: number, everyMs: number): number {
  const needed = Math.ceil(limit / (latency.cap - latency.k)) + 1;
  const seen = 1 - Math.exp((-perSecond * everyMs) / 1000);
  if (seen <= 0) return Number.POSITIVE_INFINITY;
  return Math.ceil(needed / seen + (1.645 * Math.sqrt(needed * (1 - seen))) / seen);
}

/** Until a version with a tenth of all answers, each of them bad, has given as many as its sum needs. */
function badAnswersWithinMs({ perSecond }: Pace): number {
  const needed = Math.ceil(-Math.log(answers.falseAlarmsPerAnswer) / Math.log(answers.p1 / answers.p0));
  // Two replicas at least answer at that pace.
  return (needed * 1000) / (0.1 * 2 * perSecond) + looks(1, look.answersMs);
}

/** Until a version with a tenth of all answers, each of them late, has been compared as often as its sum needs. */
function lateAnswersWithinMs({ perSecond }: Pace): number {
  const { falseAlarmsPerComparison, p0, p1 } = answers.slower;
  const needed = Math.ceil(-Math.log(falseAlarmsPerComparison) / Math.log(p1 / p0));
  return (needed * 1000) / (0.1 * 2 * perSecond) + looks(1, look.answersMs);
}

/** Alarms that a pathway answers by acting; the others end in a person's hands or in nothing. */
export const ALARMS: Readonly<Partial<Record<SignalName, Alarm>>> = {
  "process-gone": {
    reads: ["inventory", "health"],
    speaksWithinMs: () => Math.max(looks(pulse.hardMisses, look.pulseMs), pulse.spreadMs + look.pulseMs) + tickMs,
  },
  "not-answering": {
    reads: ["health"],
    speaksWithinMs: () => looks(pulse.softMisses, look.pulseMs) + pulse.softMisses * timeoutMs.pulse,
  },
  stalled: {
    reads: ["metrics"],
    // As isStall of detection/metrics/stuck.ts judges. The first reading after the relapse may still show progress, and
    // each is taken in with the next look. Readings are no further apart than they may be old.
    speaksWithinMs: ({ freshMs = metrics.everyMs }) => {
      const { afterMs, leastReadings } = metrics.stall;
      return Math.max(afterMs, 2 * freshMs, leastReadings * freshMs) + freshMs + looks(1, metrics.everyMs);
    },
  },
  "completes-nothing": {
    reads: ["completion", "metrics"],
    // Readings that both lie after the first miss come within two periods of it.
    speaksWithinMs: ({ freshMs = metrics.everyMs }) =>
      looks(1, look.completionMs) +
      Math.max(deepProbe.misses * timeoutMs.completion, timeoutMs.completion + 2 * freshMs),
  },
  "completes-nothing-unmeasured": {
    reads: ["completion", "metrics"],
    // Soft: its own page is read twice besides.
    speaksWithinMs: () =>
      looks(deepProbe.missesWhenBlind, look.completionMs) + timeoutMs.completion + deepProbe.tokensApartMs,
  },
  "queue-grows": {
    reads: ["metrics"],
    speaksWithinMs: ({ freshMs = metrics.everyMs }) =>
      Math.max(scaling.standMs, 2 * freshMs, scaling.leastReadings * freshMs) + freshMs + looks(1, metrics.everyMs),
  },
  "kv-exhausted": {
    reads: ["metrics"],
    speaksWithinMs: ({ freshMs = metrics.everyMs }) =>
      Math.max(kvMemory.standMs, 2 * freshMs, kvMemory.leastReadings * freshMs) + freshMs + looks(1, metrics.everyMs),
  },
  "hit-differs-from-miss": {
    reads: ["answers-twice"],
    // The confirming look is one more, and asks as much as the first.
    speaksWithinMs: () => looks(2, look.twiceMs),
  },
  // Pauses between attempts: 0.25 s, doubling.
  "batch-stuck": { reads: ["queue"], speaksWithinMs: () => 750 + looks(1, look.ingestionMs) },
  "schema-drifts": { reads: ["queue"], speaksWithinMs: () => 250 + looks(1, look.ingestionMs) },
  "batch-suspect": { reads: ["queue"], speaksWithinMs: () => looks(1, look.ingestionMs) },
  "queue-waits": { reads: ["queue"], speaksWithinMs: () => 1750 + looks(1, look.ingestionMs) },
  // What arrives must have waited for as long as it may, 2 s, and the head must have moved on.
  "ingestion-lags": { reads: ["queue"], speaksWithinMs: () => 2000 + ingestion.lagsForMs + looks(2, look.ingestionMs) },
  // A hold is stale after 3 s.
  "source-held": { reads: ["queue"], speaksWithinMs: () => 3000 + looks(1, look.ingestionMs) },
  "intake-refused": {
    reads: ["queue"],
    speaksWithinMs: () => ingestion.refusedForMs + looks(1, look.ingestionMs),
  },
  "kept-answer-differs": {
    reads: ["answers-twice"],
    speaksWithinMs: () => looks(2, look.twiceMs),
  },
  "embedding-drifts": {
    reads: ["embeddings"],
    // What users get changes with the model, and then the model is asked at once. Soft: one look more.
    speaksWithinMs: () => looks(2, look.keptVectorsMs),
  },
  "kept-vectors-stale": {
    reads: ["embeddings"],
    // Soft: the confirming look is one more.
    speaksWithinMs: () => looks(2, look.keptVectorsMs),
  },
  "texts-embed-otherwise": {
    reads: ["records", "embeddings"],
    // Soft: the confirming look is one more.
    speaksWithinMs: () => looks(2, look.storedTextsMs),
  },
  "capacity-spare": {
    reads: ["metrics"],
    speaksWithinMs: () => scaling.spareForMs + looks(1, metrics.everyMs),
  },
  "index-hash-differs": {
    reads: ["manifest"],
    // Soft: the confirming look is one more.
    speaksWithinMs: () => looks(2, look.manifestMs),
  },
  "self-retrieval-low": {
    reads: ["self-retrieval"],
    // Each look is at many rows for a while after a suspicious one, which a trouble that came back was.
    speaksWithinMs: () =>
      looks(looksOfBernoulli(LIMITS.selfRetrieval, selfRetrieval.p1, selfRetrieval.manyRows) + 1, look.selfRetrievalMs),
  },
  // Soft, as the other two. A damage of a twentieth shows in 24 of 25 looks at many rows.
  "stored-vectors-differ": { reads: ["self-retrieval"], speaksWithinMs: () => looks(3, look.selfRetrievalMs) },
  "answers-misshapen": { reads: ["self-retrieval"], speaksWithinMs: () => looks(3, look.selfRetrievalMs) },
  // Said at the first write after it, and documents come when they come.
  "writes-refused": { reads: ["manifest"], speaksWithinMs: () => looks(2, look.manifestMs) },
  "rows-dead": { reads: ["manifest"], speaksWithinMs: () => looks(2, look.manifestMs) },
  // Soft: the confirming look is one more.
  "documents-lacking": {
    reads: ["records"],
    speaksWithinMs: () => NUMBERS.holdings.standMs + looks(2, look.holdingsMs),
  },
  // A replica takes its digest at most once a second.
  "replica-digests-differ": { reads: ["manifest"], speaksWithinMs: () => 1000 + looks(2, look.manifestMs) },
  "centroid-moved": { reads: ["manifest"], speaksWithinMs: () => 1000 + looks(2, look.manifestMs) },
  "lengths-odd": { reads: ["manifest"], speaksWithinMs: () => 1000 + looks(2, look.manifestMs) },
  "manifest-unreadable": { reads: ["manifest"], speaksWithinMs: () => looks(2, look.manifestMs) },
  "rows-not-retrievable": { reads: ["manifest"], speaksWithinMs: () => looks(2, look.manifestMs) },
  "slower-than-siblings": {
    reads: ["traffic"],
    speaksWithinMs: ({ perSecond }) =>
      looks(looksOfCapped(LIMITS.latency.limit, perSecond, look.trafficMs) + 1, look.trafficMs),
  },
  "fails-unlike-siblings": {
    reads: ["traffic"],
    // Each exchange is one look at one row.
    speaksWithinMs: ({ perSecond }) =>
      (1000 * Math.max(backend.leastEndings, looksOfBernoulli(LIMITS.errors, errors.p1, 1))) / perSecond +
      looks(1, look.trafficMs),
  },
  "path-lost": {
    reads: ["ways"],
    speaksWithinMs: () => path.misses * (path.tryMs + path.tryWithinMs) + looks(1, look.trafficMs),
  },
  "path-slow": {
    reads: ["ways"],
    speaksWithinMs: () => path.settles * path.tryMs + path.slowForMs + looks(1, look.trafficMs),
  },
  // The window fills anew.
  "log-ins-guessed": {
    reads: ["sources"],
    speaksWithinMs: () => NUMBERS.sources.windowMs + looks(2, look.sourcesMs),
  },
  // An average that follows within 1 / λ bins after its first minute, and a forecast from so many looks at least.
  "latency-creeps": {
    reads: ["traffic"],
    speaksWithinMs: () => (creep.learnBins + 1 / creep.lambda) * creep.binMs,
  },
  "answers-uncited": { reads: ["answers"], speaksWithinMs: badAnswersWithinMs },
  "answers-worsen": { reads: ["answers"], speaksWithinMs: badAnswersWithinMs },
  "answers-slower": { reads: ["answers"], speaksWithinMs: lateAnswersWithinMs },
  "symbols-invented": { reads: ["answers"], speaksWithinMs: badAnswersWithinMs },
  "exhaustion-forecast": {
    reads: ["resources"],
    speaksWithinMs: () => looks(exhaustion.leastLooks, look.resourcesMs),
  },
};
