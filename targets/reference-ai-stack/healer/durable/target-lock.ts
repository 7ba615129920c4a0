// One remediation at a time on whatever two of them would both touch. A lease, not a plain lock: a holder that hangs
// must not keep the target sick for ever. Leases outlive the healer, and so do the flows that hold them.
import { overlap } from "../decision/reach.ts";
import type { Target } from "../nouns.ts";
import type { Json, State } from "./state.ts";

interface LeaseAsked {
  readonly holder: string;
  /** The calendar's time, ms since 1970: leases are compared with those of an earlier life. */
  readonly now: number;
  readonly leaseMs: number;
}

export interface TargetLock {
  /** True when the holder has these targets now, in place of those that it had. */
  take(targets: readonly Target[], asked: LeaseAsked): boolean;
  /** Gives back what the holder has; harmless when it has nothing. */
  release(holder: string): void;
}

interface Lease {
  readonly targets: readonly Target[];
  readonly until: number;
}

const LEASES = "lease";

/** The leases of that state. */
export function createTargetLock(state: State): TargetLock {
  return {
    take(targets, { holder, now, leaseMs }) {
      for (const [other, value] of state.list(LEASES)) {
        const lease = value as unknown as Lease;
        const taken = lease.targets.some((held) => targets.some((target) => overlap(held, target)));
        if (other !== holder && lease.until > now && taken) return false;
      }
      const lease: Lease = { targets, until: now + leaseMs };
      state.put(LEASES, holder, lease as unknown as Json);
      return true;
    },
    release: (holder) => state.drop(LEASES, holder),
  };
}
