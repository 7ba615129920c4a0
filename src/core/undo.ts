// What an undo log may hold: one union for everybody who writes to it, so that an entry that no later process could
// read does not compile.

import type { SiteRef } from "./platform.ts";
import type { Json } from "./units.ts";

/**
 * Processes of a stack. Written before they start with the marker alone; again, with the leader, once that is known.
 */
export type ProcessEntry = {
  readonly kind: "process";
  readonly marker: string;
  readonly pid?: number;
  readonly startTime?: string;
};

/** A work folder to remove; written before it is made. */
type DirectoryEntry = { readonly kind: "directory"; readonly path: string; readonly marker: string };

/** A fault about to be applied, with its undo and the platform's way back to the stack. */
export type FaultEntry = {
  readonly kind: "fault";
  readonly fault: string;
  readonly site: { readonly [Key in keyof SiteRef]: SiteRef[Key] };
  readonly seed: number;
  readonly undoDir: string;
  readonly undo: Json;
  readonly handle: Json;
};

/** Proxies on a Toxiproxy that somebody else runs: all whose names begin with the prefix. */
type ProxiesEntry = { readonly kind: "proxies"; readonly apiUrl: string; readonly prefix: string };

export type UndoEntry = ProcessEntry | DirectoryEntry | FaultEntry | ProxiesEntry;

/** An undo log, as far as those who write to it need it. */
export interface UndoJournal {
  /** Resolves with the entry's number once it is on disk; only then may the harm be done. */
  intend(entry: UndoEntry): Promise<number>;
  /**
   * Notes that an entry was undone; noting it twice is harmless. Never rejects: unnoted, it is undone a second time,
   * harmlessly.
   */
  done(seq: number): Promise<void>;
}
