// One remediation per target at a time. A lease, not a plain lock: a holder that hangs must not keep the replica sick
// for ever.

export interface TargetLock {
  /** True when `holder` has the target now (taken, or renewed by its holder). The lease ends at `now + leaseMs`. */
  take(target: string, holder: string, now: number): boolean;
  /** Gives it back; harmless when somebody else has it by now. */
  release(target: string, holder: string): void;
}

/** A lock whose leases last `leaseMs`. */
export function createTargetLock(leaseMs: number): TargetLock {
  const leases = new Map<string, { holder: string; until: number }>();
  return {
    take(target, holder, now) {
      const lease = leases.get(target);
      if (lease !== undefined && lease.holder !== holder && lease.until > now) return false;
      leases.set(target, { holder, until: now + leaseMs });
      return true;
    },
    release(target, holder) {
      if (leases.get(target)?.holder === holder) leases.delete(target);
    },
  };
}
