// The machine that the harness itself runs on, wherever its stacks run: its own process, its helper processes, and how
// busy the processors are.

import type { MachineSurvey } from "../records/survey.ts";
import type { PlatformEntry } from "../records/undo.ts";
import type { Ms, Share } from "./units.ts";

/** A process and when it began: a pid alone may by now belong to a stranger. */
export type ProcessRef = {
  readonly pid: number;
  /** Opaque; equal exactly when it is the same process (never reused, not even after a reboot). */
  readonly startTime: string;
};

/** One of our own processes beside a trial (load, fault proxy), on whatever platform the stack under test runs. */
export interface HelperProcess {
  readonly pid: number;
  /** What it is to us, for people. */
  readonly what: string;
}

/** What keeps the cores from sleeping. */
export interface KeptAwake extends AsyncDisposable {
  /** 0: the machine needs none. */
  readonly cores: number;
  /** Of the machine's time since boot: what its host gave to others. */
  readonly stolen: Share;
}

/** One look at the machine; undo logs are looked at by those who have them. */
export type SeenOnMachine = Omit<MachineSurvey, "unfinished">;

/** What of one trial is ours on this machine, on whatever platform its stack runs. */
export interface HostWatch {
  /** It must be gone at the end too. */
  addHelper(helper: HelperProcess): Promise<void>;
  /** Helpers that live, and every file of the folders that must stay as they are. */
  look(): Promise<SeenOnMachine>;
}

export interface Host {
  /** Begins to gather; files below the `kept` folders must be at the end as they were. */
  readonly watch: (kept: readonly string[]) => HostWatch;
  /** The harness's process and those that it starts for itself: proxy, load, spinners, watchdog. */
  readonly processes: {
    /** Name of the variable that marks the environment of our helpers. */
    readonly markerVariable: string;
    /** When the process with this number began, opaque; undefined when there is none. */
    readonly startTimeOf: (pid: number) => Promise<string | undefined>;
    /** What is in an undo log before the first process with the marker starts. */
    readonly wayBack: (marker: string) => PlatformEntry;
    /** Ends every process that carries the marker; returns how many could not be ended. */
    readonly endMarked: (marker: string, graceMs: Ms) => Promise<number>;
    /** Ends one process by force; false when it does not end. */
    readonly endNow: (process: ProcessRef) => Promise<boolean>;
    /** Ports on which each of these processes, or one that descends from it, listens; on Linux alone. */
    readonly listenedBy: (pids: readonly number[]) => Promise<ReadonlyMap<number, readonly number[]>>;
  };
  readonly processors: {
    /**
     * Keeps the cores awake until disposed, where the machine is a guest whose time is stolen. Never throws. `mark` is
     * added to the spinners' environment.
     */
    readonly keepAwake: (mark: Readonly<Record<string, string>>) => Promise<KeptAwake>;
    /** Begins to watch; each call returns the busy share of all processors since the call before. */
    readonly watch: () => () => Share;
  };
}
