// Keeps the cases: a suspicion becomes a case once, rests when it came to nothing, and is not reported again and again
// after a person was called for it. Certainty goes before doubt: who is being looked at for slowness may still be found
// dead.
import { scopeKey } from "../nouns.ts";
import type { Scope, Signal, Suspicion } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { needsConfirming } from "../detection/confirm.ts";
import { signalNamed } from "../signals/table.ts";

interface Standing {
  readonly since: number;
  readonly lastSeen: number;
}

interface Muted {
  readonly until: number;
  /** The signals that the case was about. */
  readonly names: ReadonlySet<string>;
}

export interface CaseDesk {
  /** The suspicions of this turn that are to be taken up now. */
  admit(suspicions: readonly Suspicion[], now: number): readonly Suspicion[];
  /** Makes a suspicion that was taken up a case; false when the scope has one by now. */
  openCase(suspicion: Suspicion): boolean;
  /** The case of this id has its scope from now on; false when another one has it. */
  takeUp(scope: Scope, id: string): boolean;
  /** Is there a case of this scope under way? */
  hasCase(scope: Scope): boolean;
  /** Replicas that are suspected or have an open case. */
  sick(): ReadonlySet<string>;
  /** What stood against this scope at the last turn; null: nothing. */
  standing(scope: Scope): Suspicion | null;
  /** How long this scope has been suspected without a break, ms. */
  stoodMs(scope: Scope, now: number): number;
  /** A suspicion came to nothing: the like is not to be taken up again before `until`. */
  rest(scope: Scope, until: number): void;
  /** The case is over, and the scope may have another. */
  end(scope: Scope): void;
  /**
   * The case is over for the healer: the scope is not taken up again until it was quiet for a while, or is found dead
   * where that was not what the case was about.
   */
  mute(suspicion: Suspicion, now: number): void;
}

/** A break shorter than this, ms, is no break: a look may be late. */
const GAP_MS = 2500;

/** An empty desk. */
export function createCaseDesk(): CaseDesk {
  /** The cases that are under way, by scope; null: one that has no id yet. */
  const open = new Map<string, string | null>();
  const looking = new Set<string>();
  const resting = new Map<string, number>();
  const muted = new Map<string, Muted>();
  const standing = new Map<string, Standing>();
  let lastTurn: readonly Suspicion[] = [];

  const note = (suspicions: readonly Suspicion[], now: number): void => {
    lastTurn = suspicions;
    for (const { scope } of suspicions) {
      const key = scopeKey(scope);
      standing.set(key, { since: standing.get(key)?.since ?? now, lastSeen: now });
      const silenced = muted.get(key);
      if (silenced !== undefined) muted.set(key, { ...silenced, until: now + NUMBERS.incidents.quietMs });
    }
    forgetOver(standing, ({ lastSeen }) => now - lastSeen > GAP_MS);
    forgetOver(muted, ({ until }) => until <= now);
  };
  const isMuted = (suspicion: Suspicion): boolean => isSilenced(suspicion, muted.get(scopeKey(suspicion.scope)));
  const isAdmitted = (suspicion: Suspicion, now: number): boolean => {
    const key = scopeKey(suspicion.scope);
    if (open.has(key) || isMuted(suspicion)) return false;
    return !needsConfirming(suspicion) || (!looking.has(key) && (resting.get(key) ?? 0) <= now);
  };
  const finish = (scope: Scope): void => [open, standing].forEach((known) => known.delete(scopeKey(scope)));

  return {
    admit(suspicions, now) {
      note(suspicions, now);
      const admitted = suspicions.filter((suspicion) => isAdmitted(suspicion, now));
      takeIn(admitted, looking, open);
      return admitted;
    },
    openCase(suspicion) {
      const key = scopeKey(suspicion.scope);
      // One that needed no confirming was opened when it was admitted.
      if (!needsConfirming(suspicion)) return true;
      looking.delete(key);
      if (open.has(key) || isMuted(suspicion)) return false;
      open.set(key, null);
      return true;
    },
    takeUp(scope, id) {
      const key = scopeKey(scope);
      if ((open.get(key) ?? id) === id) open.set(key, id);
      return open.get(key) === id;
    },
    hasCase: (scope) => open.has(scopeKey(scope)),
    sick: () => new Set([...open.keys(), ...standing.keys()]),
    standing: (scope) => lastTurn.find((one) => scopeKey(one.scope) === scopeKey(scope)) ?? null,
    stoodMs: (scope, now) => now - (standing.get(scopeKey(scope))?.since ?? now),
    rest(scope, until) {
      looking.delete(scopeKey(scope));
      resting.set(scopeKey(scope), until);
    },
    end: finish,
    mute({ scope, signals }, now) {
      [open, standing, looking].forEach((known) => known.delete(scopeKey(scope)));
      muted.set(scopeKey(scope), mutedFrom(now, signals));
    },
  };
}

/** What is certain has a case at once; all else is looked at first. */
function takeIn(admitted: readonly Suspicion[], looking: Set<string>, open: Map<string, string | null>): void {
  for (const one of admitted) {
    if (needsConfirming(one)) looking.add(scopeKey(one.scope));
    else open.set(scopeKey(one.scope), null);
  }
}

function forgetOver<Value>(known: Map<string, Value>, isOver: (value: Value) => boolean): void {
  for (const [key, value] of known) if (isOver(value)) known.delete(key);
}

/** Nothing is heard of a place that was muted, but that it is down where it was muted for something else. */
function isSilenced({ signals }: Suspicion, by: Muted | undefined): boolean {
  if (by === undefined) return false;
  return !signals.some(({ name }) => signalNamed(name).certain === true && !by.names.has(name));
}

function mutedFrom(now: number, signals: readonly Signal[]): Muted {
  return { until: now + NUMBERS.incidents.quietMs, names: new Set(signals.map(({ name }) => name)) };
}
