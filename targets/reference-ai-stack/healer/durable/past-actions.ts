// What was done before, for the guards: a healer that was killed must not forget how often it has tried.
import type { PastAction } from "../decision/guards.ts";
import type { Clock, Target } from "../nouns.ts";
import type { Json, State } from "./state.ts";

export interface PastActions {
  /** Notes an action that begins now; once, however often it is noted under that key. */
  note(key: string, target: Target, signature: string): void;
  /** The oldest first; `at` on the healer's clock of now, before its start for those of an earlier life. */
  list(): readonly PastAction[];
}

interface Noted {
  readonly at: string;
  readonly target: Target;
  readonly signature: string;
}

const ACTIONS = "action";
const KEPT = 200;

export function createPastActions(state: State, clock: Clock): PastActions {
  const noted = (): readonly (readonly [string, Noted])[] =>
    state
      .list(ACTIONS)
      .map(([key, value]) => [key, value as unknown as Noted] as const)
      .toSorted(([, a], [, b]) => Date.parse(a.at) - Date.parse(b.at));
  return {
    note(key, target, signature) {
      if (state.get(ACTIONS, key) !== undefined) return;
      const action: Noted = { at: clock.wallTime(), target, signature };
      state.put(ACTIONS, key, action as unknown as Json);
      for (const [old] of noted().slice(0, -KEPT)) state.drop(ACTIONS, old);
    },
    list() {
      const offset = clock.now() - Date.parse(clock.wallTime());
      return noted().map(([, { at, target, signature }]) => ({ at: Date.parse(at) + offset, target, signature }));
    },
  };
}
