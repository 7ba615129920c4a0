// One remediation at a time on whatever two of them would both touch. A lease, not a plain lock: a holder that hangs
// must not keep the target sick for ever.
import { overlap } from "../decision/reach.ts";
import type { Target } from "../nouns.ts";

export interface TargetLock {
  /** True when `holder` has the target now (taken, or renewed by its holder). The lease ends at `now + leaseMs`. */
  take(target: Target, holder: string, now: number): boolean;
  /** Gives back what the holder has; harmless when it has nothing. */
  release(holder: string): void;
}

/** A lock whose leases last `leaseMs`. */
export function createTargetLock(leaseMs: number): TargetLock {
  const leases = new Map<string, { readonly target: Target; readonly until: number }>();
  return {
    take(target, holder, now) {
      for (const [other, lease] of leases) {
        if (other !== holder && lease.until > now && overlap(lease.target, target)) return false;
      }
      leases.set(holder, { target, until: now + leaseMs });
      return true;
    },
    release: (holder) => void leases.delete(holder),
  };
}
