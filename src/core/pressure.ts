// Who had the machine's processors and who waited for one, from look to look, and how that was on this machine before
// the first trial.

import type { Ms, Share } from "./units.ts";

/** One process of the target since the look before. */
export interface ProcessWait {
  readonly pid: number;
  /** Its command line, shortened. */
  readonly what: string;
  /** How long its most delayed thread was ready to run and had no processor, ms. */
  readonly waitMs: Ms;
  /** Processor time of all its threads, ms. */
  readonly runMs: Ms;
}

/** What happened to the processors since the look before; processor time of all cores together, ms. */
interface ProcessorLook {
  readonly ok: true;
  /** Processors that may be used by us. */
  readonly cores: number;
  readonly target: { readonly cpuMs: Ms; readonly waits: readonly ProcessWait[] };
  /** Conductor, load, proxy and watchdog; `waitMs` is of their most delayed thread. */
  readonly ours: { readonly cpuMs: Ms; readonly waitMs: Ms };
  /** Used by processes that are neither the target's nor ours; other trials' stacks too. */
  readonly othersMs: Ms;
  /** Taken by the machine's host. */
  readonly stolenMs: Ms;
  /**
   * Time in which something of the whole machine stood still for want of it (PSI, `some`), ms; absent where the kernel
   * does not tell.
   */
  readonly stalled?: { readonly cpuMs: Ms; readonly memoryMs: Ms; readonly ioMs: Ms };
}

/** One look, or why there is none. */
export type PressureLook = ProcessorLook | { readonly ok: false; readonly reason: string };

/**
 * How long a thread that works a little and often waited for a processor before the first trial, when nothing of a
 * target ran.
 */
export type Calibration =
  | {
      readonly ok: true;
      readonly forMs: Ms;
      /** Of that time the thread was ready and waited. */
      readonly waitShare: Share;
      /** Processors that others used meanwhile, and that the host took. */
      readonly othersCores: number;
      readonly stolenCores: number;
    }
  | { readonly ok: false; readonly reason: string };

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
