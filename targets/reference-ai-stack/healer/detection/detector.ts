// What a detector is: a pure machine that eats observations and says which signals stand now. No clock, no network.
import type { Json } from "../durable/state.ts";
import type { Observation, Signal } from "../nouns.ts";

export interface Detector<State> {
  readonly initial: State;
  /** The next state; the same state when the observation is none of its business. */
  take(state: State, observation: Observation): State;
  /**
   * What is out of order as far as this detector knows. Stands until observations take it away or the replica is
   * forgotten.
   */
  signals(state: State): readonly Signal[];
  /**
   * Drops what was held against a replica (`null`: against the stack as a whole), after an incident on it has ended.
   */
  forget(state: State, replica: string | null): State;
  /**
   * What took long to learn and is worth keeping over a restart, under a name of its own. It comes back with the
   * observation `was-well`.
   */
  readonly lesson?: { readonly name: string; readonly learned: (state: State) => Json };
  /** Has it seen enough to hold anything against anybody? Absent: it needs nothing. */
  isArmed?(state: State): boolean;
}

/** A detector together with its present state. */
export interface RunningDetector {
  take(observation: Observation): void;
  signals(): readonly Signal[];
  forget(replica: string | null): void;
  isArmed(): boolean;
  /** Name and value of what it has learned; null: nothing that is kept. */
  learned(): readonly [name: string, value: Json] | null;
}

/** Sets a detector going. */
export function runDetector<State>(detector: Detector<State>): RunningDetector {
  let state = detector.initial;
  /** Asked at each turn, of states that most observations leave as they are. */
  let said: { readonly of: State; readonly signals: readonly Signal[] } | undefined;
  return {
    take: (observation) => void (state = detector.take(state, observation)),
    signals: () => (said?.of === state ? said : (said = { of: state, signals: detector.signals(state) })).signals,
    forget: (replica) => void (state = detector.forget(state, replica)),
    isArmed: () => detector.isArmed?.(state) ?? true,
    learned: () => (detector.lesson === undefined ? null : [detector.lesson.name, detector.lesson.learned(state)]),
  };
}

/** A copy of `map` with one entry set. */
export function withEntry<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return new Map(map).set(key, value);
}
