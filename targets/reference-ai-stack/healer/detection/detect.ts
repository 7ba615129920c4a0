// Second stage. Feeds every detector and groups what they say by where it is: one suspicion per scope.
import type { Observation, Scope, Signal } from "../nouns.ts";
import { demandDetector } from "./demand-detector.ts";
import { runDetector } from "./detector.ts";
import { errorDetector } from "./error-detector.ts";
import { indexDetector } from "./index-detector.ts";
import { latencyDetector } from "./latency-detector.ts";
import { pulseDetector } from "./pulse-detector.ts";

export interface Suspicion {
  readonly scope: Scope;
  readonly signals: readonly Signal[];
}

export interface Detection {
  /** Feeds what was seen and returns what is suspected now. */
  take(observations: readonly Observation[]): readonly Suspicion[];
  /** After an incident: what was held against this scope is dropped and has to show itself anew. */
  forget(scope: Scope): void;
}

/** The scope in one word, equal for equal scopes: the replica, else the service. */
export function scopeKey(scope: Scope): string {
  return scope.replica ?? scope.service;
}

/** All detectors, at rest. */
export function createDetection(): Detection {
  const detectors = [
    runDetector(pulseDetector),
    runDetector(indexDetector),
    runDetector(latencyDetector),
    runDetector(errorDetector),
    runDetector(demandDetector),
  ];
  return {
    take(observations) {
      for (const observation of observations) for (const detector of detectors) detector.take(observation);
      return groupSignals(detectors.flatMap((detector) => detector.signals()));
    },
    forget(scope) {
      for (const detector of detectors) detector.forget(scope.replica ?? null);
    },
  };
}

/**
 * One suspicion per scope. Demand is only blamed when no replica deviates: a broken one sheds its load onto the others.
 */
export function groupSignals(signals: readonly Signal[]): readonly Suspicion[] {
  const deviating = signals.some((signal) => signal.name !== "demand-above-baseline");
  const groups = new Map<string, Suspicion>();
  for (const signal of signals) {
    if (deviating && signal.name === "demand-above-baseline") continue;
    const key = scopeKey(signal.scope);
    const known = groups.get(key);
    groups.set(key, { scope: signal.scope, signals: [...(known?.signals ?? []), signal] });
  }
  return [...groups.values()];
}
