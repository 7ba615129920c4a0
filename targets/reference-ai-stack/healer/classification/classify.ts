// Third stage. What is it? Each signal speaks for some classes and against others; the product, normalised, is the
// confidence.
import type { Diagnosis, Signal } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { CLASSES } from "../pathways/table.ts";
import type { FaultClass } from "../pathways/table.ts";
import type { SignalSpec } from "../signals/signal.ts";
import { signalNamed } from "../signals/table.ts";

/** The weight of a class that a signal does not name: nothing is impossible. */
const UNNAMED = 0.05;
/** Classes below this confidence are not worth naming as runners-up. */
const LEAST_NAMED = 0.01;

/**
 * The likeliest class with its confidence and the runners-up; `unknown` when none is likely enough. Pure. A class that
 * none of the signals names has no part in it: `unknown` stands for them all, and one more class in the table makes
 * nobody less sure of the others.
 */
export function classify(signals: readonly Signal[]): Diagnosis {
  const named = new Set(signals.flatMap(({ name }) => Object.keys(signalNamed(name).speaksFor)));
  const scores = CLASSES.filter((name) => name === "unknown" || named.has(name)).map((name) => ({
    class: name,
    score: scoreOf(name, signals),
  }));
  const total = scores.reduce((sum, { score }) => sum + score, 0);
  const ranked = scores
    .map(({ class: name, score }) => ({ class: name, confidence: round(score / total) }))
    .sort((a, b) => b.confidence - a.confidence);
  const best = ranked[0] ?? { class: "unknown" as const, confidence: 1 };
  const reasons = signals.map((signal) => `${signal.name}: ${signal.says}`);
  const likely = ranked.filter((entry) => entry.confidence >= LEAST_NAMED);
  if (best.class !== "unknown" && best.confidence < NUMBERS.classification.leastConfidence) {
    const doubt = `likeliest ${best.class}, but only with ${best.confidence}`;
    return {
      class: "unknown",
      confidence: round(1 - best.confidence),
      runnersUp: likely,
      reasons: [...reasons, doubt],
    };
  }
  return { ...best, runnersUp: likely.filter((entry) => entry.class !== best.class), reasons };
}

/** `unknown` has the weight of an accident. */
function scoreOf(name: FaultClass, signals: readonly Signal[]): number {
  if (name === "unknown") return 1;
  return signals.reduce((product, signal) => product * weightOf(signalNamed(signal.name), name), 1);
}

/** A second opinion says nothing of classes that it does not name. */
function weightOf({ speaksFor, opinion }: SignalSpec, name: FaultClass): number {
  return speaksFor[name] ?? (opinion === true ? 1 : UNNAMED);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
