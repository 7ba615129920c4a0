// What the harness and the process of the scripts say to each other beside what all load processes say.

import type { StreamLoad } from "../../records/conditions.ts";
import type { Conduct } from "../messages.ts";

/** One stream whose requests a script sends. */
export interface ScriptStream {
  /** As its events name it; absent for the default stream. */
  readonly name?: string;
  /** Absolute path. */
  readonly script: string;
  /** `__ENV`, with ports filled in; TARGET is the one place that the script may reach. */
  readonly env: Readonly<Record<string, string>>;
  readonly spec: StreamLoad;
  /** Where what `handleSummary` returns is kept; absolute, and not there yet. */
  readonly keptDir: string;
  /** The user's own k6, which is to run it; absent: we do. */
  readonly own?: {
    /** The executable; absolute. */
    readonly k6: string;
    /** A folder that is gone with the trial, and not there yet. */
    readonly workDir: string;
  };
}

export interface ScriptsOptions {
  readonly streams: readonly ScriptStream[];
  readonly seed: number;
  /** As in LoadOptions. */
  readonly epochNs: string;
}

export type ToScripts = { readonly type: "init"; readonly options: ScriptsOptions } | Conduct;
