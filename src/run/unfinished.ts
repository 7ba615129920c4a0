// Is there anything left to undo? Asked before a run starts and after a trial or a run ends.

import { findUndoFiles } from "../store/undo-file.ts";
import { readUndoLog, unfinished } from "./undo-log.ts";

/** True when an undo log has entries that are unfinished or not understood; an absent one has none. */
export async function isLogUnfinished(file: string): Promise<boolean> {
  const { records, unreadable } = await readUndoLog(file);
  return unreadable.length > 0 || unfinished(records).length > 0;
}

/** The same over every trial of a run folder; a folder that is gone has nothing left to undo. */
export async function hasUnfinishedUndo(runDir: string): Promise<boolean> {
  for (const file of await findUndoFiles(runDir)) if (await isLogUnfinished(file)) return true;
  return false;
}
