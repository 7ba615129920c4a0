// Keeps the cases: a suspicion becomes a case once, rests when it came to nothing, and is not reported again and again
// after a person was called for it. Certainty goes before doubt: who is being looked at for slowness may still be found
// dead.
import { scopeKey } from "../nouns.ts";
import type { Scope, Suspicion } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { needsConfirming } from "../detection/confirm.ts";

interface Standing {
  readonly since: number;
  readonly lastSeen: number;
}

export interface CaseDesk {
  /** The suspicions of this turn that are to be taken up now. */
  admit(suspicions: readonly Suspicion[], now: number): readonly Suspicion[];
  /** Makes a suspicion that was taken up a case; false when the scope has one by now. */
  openCase(suspicion: Suspicion): boolean;
  /** A case that is under way: of one that was admitted here nothing changes, one of an earlier life is open again. */
  takeUp(scope: Scope): void;
  /** Replicas that are suspected or have an open case. */
  sick(): ReadonlySet<string>;
  /** How long this scope has been suspected without a break, ms. */
  stoodMs(scope: Scope, now: number): number;
  /** A suspicion came to nothing: the like is not to be taken up again before `until`. */
  rest(scope: Scope, until: number): void;
  /** The case is over, and the scope may have another. */
  end(scope: Scope): void;
  /** The case is over for the healer: the scope is not taken up again until it was quiet for a while. */
  mute(scope: Scope, now: number): void;
}

/** A break shorter than this, ms, is no break: a look may be late. */
const GAP_MS = 2500;

/** An empty desk. */
export function createCaseDesk(): CaseDesk {
  const open = new Set<string>();
  const looking = new Set<string>();
  const resting = new Map<string, number>();
  const muted = new Map<string, number>();
  const standing = new Map<string, Standing>();

  const note = (suspicions: readonly Suspicion[], now: number): void => {
    for (const { scope } of suspicions) {
      const key = scopeKey(scope);
      standing.set(key, { since: standing.get(key)?.since ?? now, lastSeen: now });
      if (muted.has(key)) muted.set(key, now + NUMBERS.incidents.quietMs);
    }
    for (const [key, { lastSeen }] of standing) if (now - lastSeen > GAP_MS) standing.delete(key);
    for (const [key, until] of muted) if (until <= now) muted.delete(key);
  };
  const isAdmitted = (suspicion: Suspicion, now: number): boolean => {
    const key = scopeKey(suspicion.scope);
    if (open.has(key) || muted.has(key)) return false;
    if (!needsConfirming(suspicion)) return true;
    return !looking.has(key) && (resting.get(key) ?? 0) <= now;
  };
  const finish = (scope: Scope): void => {
    open.delete(scopeKey(scope));
    standing.delete(scopeKey(scope));
  };

  return {
    admit(suspicions, now) {
      note(suspicions, now);
      const admitted = suspicions.filter((suspicion) => isAdmitted(suspicion, now));
      for (const suspicion of admitted) (needsConfirming(suspicion) ? looking : open).add(scopeKey(suspicion.scope));
      return admitted;
    },
    openCase(suspicion) {
      const key = scopeKey(suspicion.scope);
      // One that needed no confirming was opened when it was admitted.
      if (!needsConfirming(suspicion)) return true;
      looking.delete(key);
      if (open.has(key) || muted.has(key)) return false;
      open.add(key);
      return true;
    },
    takeUp: (scope) => void open.add(scopeKey(scope)),
    sick: () => new Set([...open, ...standing.keys()]),
    stoodMs: (scope, now) => now - (standing.get(scopeKey(scope))?.since ?? now),
    rest(scope, until) {
      looking.delete(scopeKey(scope));
      resting.set(scopeKey(scope), until);
    },
    end: finish,
    mute(scope, now) {
      finish(scope);
      looking.delete(scopeKey(scope));
      muted.set(scopeKey(scope), now + NUMBERS.incidents.quietMs);
    },
  };
}
