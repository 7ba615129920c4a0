// What an importer makes of another tool's file: an intent that is not written yet, and what became of each part.

import type { Place, Problem } from "../core/errors.ts";
import type { Target } from "../core/target.ts";
import type { Ms } from "../core/units.ts";

/**
 * kept: means the same here · changed: kept with a difference that is said · dropped: not in the intent, for a reason
 * that is said.
 */
export type Fate = "kept" | "changed" | "dropped";

/** What became of one part of the file. */
export interface Note {
  readonly place: Place;
  /** JSON pointer to the part. */
  readonly pointer: string;
  readonly fate: Fate;
  /** The part in a few words, and why it fared so. */
  readonly found: string;
  readonly because: string;
}

export interface Condition {
  readonly name: string;
  readonly expression: string;
}

export interface Disturbance {
  readonly fault: string;
  readonly on: { readonly service: string } | { readonly from: string; readonly to: string };
  /** How many, or which share; all takes two places in an intent. */
  readonly many: { readonly count: number | "all" } | { readonly share: number };
  readonly params?: Readonly<Record<string, string | number>>;
  /** After the injection, ms; 0: with it. */
  readonly atMs?: Ms;
  /** Taken back so long after it took effect, ms; absent: at the end. */
  readonly forMs?: Ms;
}

/** What an intent needs and the file told; `undecided` are what it cannot tell, one sentence each. */
export interface Imported {
  readonly title: string;
  readonly belief: string;
  readonly tags: readonly string[];
  readonly conditions: readonly Condition[];
  readonly disturbances: readonly Disturbance[];
  readonly baselineMs: Ms;
  /** How long is waited after the harm before it is asked whether all is well again; absent: not told. */
  readonly settleMs?: Ms;
  readonly undecided: readonly string[];
  readonly notes: readonly Note[];
  /** Input that is wrong in its own terms: then nothing is written. */
  readonly problems: readonly Problem[];
}

/** What the command line adds to a file. */
export interface Asked {
  readonly target: Target;
  /** What names of the file are in the target: a service, `users`, or an edge `from->to`. */
  readonly map: ReadonlyMap<string, string>;
  /** Values of the file's variables, by name. */
  readonly variables: ReadonlyMap<string, unknown>;
}

/** Shortest baseline that an imported intent has, ms: a few windows of a second. */
export const leastBaselineMs: Ms = 5000;

/** After this a request of an imported intent is given up, ms. */
export const importedTimeoutMs: Ms = 5000;

/** Where a file could not be read, or before it is. */
export const nothingYet: Omit<Imported, "problems"> = {
  title: "",
  belief: "",
  tags: [],
  conditions: [],
  disturbances: [],
  baselineMs: leastBaselineMs,
  undecided: [],
  notes: [],
};
