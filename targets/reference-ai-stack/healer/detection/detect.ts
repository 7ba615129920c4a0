// Second stage. Feeds every detector and groups its signals by where they are: one suspicion per scope.
import type { Json } from "../durable/state.ts";
import { scopeKey } from "../nouns.ts";
import type { Observation, Scope, Signal, Suspicion } from "../nouns.ts";
import { SIGNALS, signalNamed } from "../signals/table.ts";

export interface Detection {
  /** Feeds what was seen and returns what is suspected now. */
  take(observations: readonly Observation[]): readonly Suspicion[];
  /** The second opinions that stand now, whatever else does. */
  opinions(): readonly Signal[];
  /** After an incident: what was held against this scope is dropped and has to show itself anew. */
  forget(scope: Scope): void;
  /** True once the whole stack was well: nothing is held against a replica before. */
  isArmed(): boolean;
  /** What took long to learn, by the name of each lesson. */
  learned(): Readonly<Record<string, Json>>;
}

/** All detectors of the table of signals, at rest. */
export function createDetection(): Detection {
  const detectors = [...new Set(SIGNALS.map((signal) => signal.detector))].map((source) => source.run());
  const forget = (replica: string | null): void => {
    for (const detector of detectors) detector.forget(replica);
  };
  return {
    take(observations) {
      for (const observation of observations) for (const detector of detectors) detector.take(observation);
      const signals = detectors.flatMap((detector) => detector.signals());
      for (const { replica = null } of explainedPlaces(signals)) forget(replica);
      return groupSignals(signals);
    },
    opinions: () => detectors.flatMap((detector) => detector.signals()).filter(isOpinion),
    forget: (scope) => forget(scope.replica ?? null),
    learned: () => Object.fromEntries(detectors.map((one) => one.learned()).filter((lesson) => lesson !== null)),
    isArmed: () => detectors.every((detector) => detector.isArmed()),
  };
}

function isOpinion({ name }: Signal): boolean {
  return signalNamed(name).opinion === true;
}

function explains({ name }: Signal): boolean {
  return signalNamed(name).explains === true;
}

function explainedPlaces(signals: readonly Signal[]): readonly Scope[] {
  return signals.filter(explains).map(({ scope }) => scope);
}

function isCovered({ name, scope }: Signal, all: readonly Signal[]): boolean {
  return all.some(
    (other) =>
      other.scope.replica === undefined &&
      other.scope.service === scope.service &&
      signalNamed(other.name).covers?.includes(name) === true,
  );
}

/**
 * One suspicion per scope. What explains its place stands there alone. Signals that only count alone are dropped when
 * any other stands; second opinions go with what stands at their place, and are nothing without it.
 */
export function groupSignals(given: readonly Signal[]): readonly Suspicion[] {
  const explained = new Set(explainedPlaces(given).map(scopeKey));
  const all = given.filter(
    (signal) => (explains(signal) || !explained.has(scopeKey(signal.scope))) && !isCovered(signal, given),
  );
  const signals = all.filter((signal) => !isOpinion(signal));
  const isLonely = ({ name }: Signal): boolean => signalNamed(name).onlyAlone === true;
  const deviating = signals.some((signal) => !isLonely(signal));
  const groups = new Map<string, Suspicion>();
  for (const signal of signals) {
    if (deviating && isLonely(signal)) continue;
    const key = scopeKey(signal.scope);
    const known = groups.get(key);
    groups.set(key, { scope: signal.scope, signals: [...(known?.signals ?? []), signal] });
  }
  const opinions = all.filter(isOpinion);
  return [...groups].map(([key, { scope, signals: own }]) => ({
    scope,
    signals: [...own, ...opinions.filter((opinion) => scopeKey(opinion.scope) === key)],
  }));
}
