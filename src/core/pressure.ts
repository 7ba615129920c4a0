// Whether the target had the processors it asked for, over a trial.

import type { Calibration } from "../records/pressure.ts";
import type { Ms, Share } from "./units.ts";

export type { Calibration, PressureLook, ProcessWait } from "../records/pressure.ts";

/** The processors over one stretch of a trial. */
export interface EnvironmentSpan {
  readonly name: "baseline" | "disturbed" | "afterwards";
  readonly from: Ms;
  readonly to: Ms;
  /** The target's process that waited longest behind others, and which share of the stretch it did so. */
  readonly process: string;
  readonly behindOthers: Share;
  /** Share of the stretch that this process waited, behind whomever. */
  readonly waited: Share;
  /** Share of the stretch that the most delayed thread of our own waited. */
  readonly oursWaited: Share;
  /** Processors used in the mean by target, us, and others, and taken by the host. */
  readonly cores: { readonly target: number; readonly ours: number; readonly others: number; readonly stolen: number };
}

/** Whether the target had the processors it asked for, as far as others than itself are concerned. */
export type EnvironmentFacts =
  | { readonly measured: false; readonly reason: string }
  | {
      readonly measured: true;
      readonly cores: number;
      /** Most of `behindOthers` that a trial may have had. */
      readonly bound: Share;
      /** What the bound rests on; absent when the run was not calibrated. */
      readonly calibration?: Calibration;
      readonly spans: readonly EnvironmentSpan[];
      /**
       * Stretches of 2 s or more of which less than half was seen, and why where it was said; absent when there are
       * none.
       */
      readonly unseen?: { readonly names: readonly EnvironmentSpan["name"][]; readonly reason?: string };
      /** Longest that something of the machine stood still, as a share of the trial (PSI); shown, and not judged. */
      readonly stalled?: { readonly cpu: Share; readonly memory: Share; readonly io: Share };
    };
