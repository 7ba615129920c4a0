// Third stage. What is it? Each signal speaks for some classes and against others; the product, normalised, is the
// confidence.
import type { Diagnosis, FaultClass, Signal, SignalName } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";

type Weights = Readonly<Partial<Record<FaultClass, number>>>;

/**
 * How much likelier a signal is under a class than by accident. Classes that are not named count 0.05: nothing is
 * impossible.
 */
const SPEAKS_FOR: Readonly<Record<SignalName, Weights>> = {
  "process-gone": { "replica-down": 20 },
  "not-answering": { "replica-down": 2.5, "replica-slow": 0.4, "index-damaged": 0.1 },
  "slower-than-siblings": { "replica-slow": 8, "replica-down": 0.2 },
  "index-hash-differs": { "index-damaged": 5 },
  "self-retrieval-low": { "index-damaged": 3 },
  "errors-high": { "replica-slow": 0.3, "replica-down": 0.3, "index-damaged": 0.2 },
  "demand-above-baseline": { "demand-surge": 8 },
  "everything-dark": {},
};

/** In this order, so that equal confidences come out the same every time. `unknown` has the weight of an accident. */
const CLASSES: readonly FaultClass[] = ["replica-down", "replica-slow", "index-damaged", "demand-surge", "unknown"];
const UNNAMED = 0.05;
/** Classes below this confidence are not worth naming as runners-up. */
const LEAST_NAMED = 0.01;

/** The likeliest class with its confidence and the runners-up; `unknown` when none is likely enough. Pure. */
export function classify(signals: readonly Signal[]): Diagnosis {
  const scores = CLASSES.map((name) => ({ class: name, score: scoreOf(name, signals) }));
  const total = scores.reduce((sum, { score }) => sum + score, 0);
  const ranked = scores
    .map(({ class: name, score }) => ({ class: name, confidence: round(score / total) }))
    .sort((a, b) => b.confidence - a.confidence);
  const best = ranked[0] ?? { class: "unknown" as const, confidence: 1 };
  const reasons = signals.map((signal) => `${signal.name}: ${signal.says}`);
  const named = ranked.filter((entry) => entry.confidence >= LEAST_NAMED);
  if (best.class !== "unknown" && best.confidence < NUMBERS.classification.leastConfidence) {
    const doubt = `likeliest ${best.class}, but only with ${best.confidence}`;
    return { class: "unknown", confidence: round(1 - best.confidence), runnersUp: named, reasons: [...reasons, doubt] };
  }
  return { ...best, runnersUp: named.filter((entry) => entry.class !== best.class), reasons };
}

function scoreOf(name: FaultClass, signals: readonly Signal[]): number {
  if (name === "unknown") return 1;
  return signals.reduce((product, signal) => product * (SPEAKS_FOR[signal.name][name] ?? UNNAMED), 1);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
