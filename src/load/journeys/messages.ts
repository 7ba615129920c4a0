// What the parent, the process of the journeys, Playwright's runner and its workers say to each other.

import type { StreamLoad } from "../../records/conditions.ts";
import type { LoadEvent } from "../../core/load-source.ts";
import type { Ms } from "../../core/units.ts";

/** One stream of journeys, with everything filled in. */
export interface JourneyStream {
  /** As its events name it; absent for the default stream. */
  readonly stream?: string;
  /** Its own name, as its probes carry it. */
  readonly name: string;
  /** The journey's file, absolute. */
  readonly file: string;
  /** Origins that the browser may ask; the first is the base of the journey's relative addresses. */
  readonly origins: readonly [string, ...string[]];
  /** Titles of steps by the name that their probe has. */
  readonly sees: Readonly<Record<string, string>>;
  /** Variables of the journey; values of six characters or more are kept out of all that is written down. */
  readonly env: Readonly<Record<string, string>>;
  readonly spec: StreamLoad;
}

export interface JourneyOptions {
  readonly streams: readonly JourneyStream[];
  readonly seed: number;
  /** As of `LoadOrder`. */
  readonly epochNs: string;
  /** See `TrialFolders`. */
  readonly kept: string;
  readonly work: string;
  /** The browser's program. */
  readonly chromium: string;
}

export type ToJourneys =
  | { readonly type: "init"; readonly options: JourneyOptions }
  | { readonly type: "begin"; readonly atMs: Ms }
  | { readonly type: "set-rate"; readonly times: number; readonly atMs: Ms; readonly stream: string | undefined }
  | { readonly type: "stop" };

export type FromJourneys =
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly reason: string }
  | { readonly type: "events"; readonly events: readonly LoadEvent[] }
  | { readonly type: "stopped" };

/** A step of a journey as Playwright's reporter tells it. */
export interface ToldStep {
  readonly title: string;
  /** ms since 1970. */
  readonly endedAt: number;
  readonly ok: boolean;
}

/** What Playwright's reporter tells. */
export type FromRunner =
  | { readonly type: "found"; readonly titles: readonly string[] }
  | { readonly type: "error"; readonly reason: string }
  | {
      readonly type: "over";
      readonly id: number;
      readonly status: string;
      readonly steps: readonly ToldStep[];
      /** Times that the journey measured itself, ms by step. */
      readonly measured: Readonly<Record<string, number>>;
      readonly reason?: string;
    };

/** A worker asks for its turn, and is told when it may begin. */
export interface Turn {
  readonly go: boolean;
  readonly timeoutMs: Ms;
}

/** What a worker tells once a journey's own steps are over. */
export interface WorkerReport {
  readonly id: number;
  /** When the journey's body had ended, and nothing was taken down yet: `process.hrtime.bigint()`, ns in decimal. */
  readonly endedNs: string;
  readonly good: boolean;
  /** Origins that the browser was led to and that are none of the stream's. */
  readonly foreign: readonly string[];
  /** What must not be written down: values of cookies. */
  readonly secrets: readonly string[];
}

/** Where a worker shall put what is kept; empty: nothing is. */
export interface Keep {
  readonly trace?: string;
  readonly picture?: string;
}
