// What those who do harm need of an undo log: to write the way back, and to note that it was taken.

import type { UndoEntry } from "../records/undo.ts";

/** Where the way back stands on disk before the harm is done. It is read again elsewhere. */
export interface UndoJournal {
  /** Resolves with the entry's number once it is on disk; only then may the harm be done. */
  intend(entry: UndoEntry): Promise<number>;
  /**
   * Notes that an entry was undone; noting it twice is harmless. Never rejects: unnoted, it is undone a second time,
   * harmlessly.
   */
  done(seq: number): Promise<void>;
}
