// The undo log, as far as those who write to it need it.

import type { UndoEntry } from "../records/undo.ts";

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
