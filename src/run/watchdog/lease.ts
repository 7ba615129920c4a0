// A sign of life that must come again and again: how watchdog and harness notice that the other one hangs.

import type { Ms } from "../../core/units.ts";

export interface Lease {
  /** The other one gave a sign of life. */
  renew(now: Ms): void;
  /** True when none came for the lease's length. To be asked often: at least four times within it. */
  isOver(now: Ms): boolean;
}

/**
 * A lease from `now` on. Whoever asks so seldom that it must have slept itself (stopped, starved, a frozen machine) has
 * not read the signs of life yet: for it the lease begins anew.
 */
export function makeLease(lengthMs: Ms, now: Ms): Lease {
  let renewed = now;
  let asked = now;
  return {
    renew(at) {
      renewed = at;
    },
    isOver(at) {
      if (at - asked > lengthMs / 2) renewed = at;
      asked = at;
      return at - renewed > lengthMs;
    },
  };
}
