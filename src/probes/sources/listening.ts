// What every source is listened with.

import type { Clock, Ms } from "../../core/units.ts";
import type { Said } from "./claim-maker.ts";

/** What a source is listened with. */
export interface Listening {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly life: {
    /**
     * The source answers; at `at`, ms, nothing new was there. `hasNews`: what it brings is itself the sign of life, and
     * none is written.
     */
    sign(at: Ms, hasNews?: boolean): void;
    /** Nothing is heard from `at` on, ms; now, where it is absent. */
    lost(reason: string, at?: Ms): void;
  };
  /** What was said, at `at`, ms: the same for all that one answer brings, or one would bound the other. */
  readonly say: (said: Said, at: Ms) => void;
  /** Something came that could not be understood: why. */
  readonly misunderstood: (reason: string) => void;
  /** Hosts other than this machine that may be asked. */
  readonly allows: (host: string) => boolean;
}
