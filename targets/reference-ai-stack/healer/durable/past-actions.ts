// What was done before, for the guards: a healer that was killed must not forget how often it has tried.
import type { PastAction } from "../decision/guards.ts";
import type { Clock, Target } from "../nouns.ts";
import type { State } from "./state.ts";

export interface PastActions {
  /** Notes an action that begins now; once, however often it is noted under that key. */
  note(key: string, target: Target, signature: string, more?: More): void;
  /** What came of it. Of one that is not known (any more) nothing is noted. */
  ended(key: string, healed: boolean): void;
  /** The oldest first; `at` on the healer's clock of now, before its start for those of an earlier life. */
  list(): readonly PastAction[];
}

type More = Omit<PastAction, "at" | "target" | "signature" | "healed">;

type Noted = Omit<PastAction, "at"> & { readonly at: string };

const ACTIONS = "action";
const KEPT = 500;

export function createPastActions(state: State, clock: Clock): PastActions {
  const noted = (): readonly (readonly [string, Noted])[] =>
    state
      .list(ACTIONS)
      .map(([key, value]) => [key, value as unknown as Noted] as const)
      .toSorted(([, a], [, b]) => Date.parse(a.at) - Date.parse(b.at));
  return {
    note(key, target, signature, more = {}) {
      if (state.get(ACTIONS, key) !== undefined) return;
      const action: Noted = { at: clock.wallTime(), target, signature, ...more };
      state.put(ACTIONS, key, action);
      for (const [old] of noted().slice(0, -KEPT)) state.drop(ACTIONS, old);
    },
    ended(key, healed) {
      const known = state.get(ACTIONS, key) as unknown as Noted | undefined;
      if (known !== undefined) state.put(ACTIONS, key, { ...known, healed });
    },
    list() {
      const offset = clock.now() - Date.parse(clock.wallTime());
      return noted().map(([, action]) => ({ ...action, at: Date.parse(action.at) + offset }));
    },
  };
}
