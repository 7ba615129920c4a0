// Is there anything left to undo? Asked before a run starts and after a trial or a run ends.

import { siteName } from "../../core/controls.ts";
import type { UndoEntry } from "../../records/undo.ts";
import { findUndoFiles } from "../../store/state-link.ts";
import { readUndoLog, unfinished } from "../../trial/undo-log.ts";

/** True when an undo log has entries that are unfinished or not understood; an absent one has none. */
export async function isLogUnfinished(file: string): Promise<boolean> {
  const { records, unreadable } = await readUndoLog(file);
  return unreadable.length > 0 || unfinished(records).length > 0;
}

/** What of a log is not done, in words; an absent log has nothing. */
export async function unfinishedWords(file: string): Promise<readonly string[]> {
  const { records, unreadable } = await readUndoLog(file);
  return [
    ...unreadable.map(() => "a line that is not understood"),
    ...unfinished(records).map(({ entry }) => wordsFor(entry)),
  ];
}

function wordsFor(entry: UndoEntry): string {
  return entry.kind === "fault" ? `${entry.fault} at ${siteName(entry.site)}` : entry.what;
}

/** The same over every trial of a run, also when its folder is gone but its logs have second names. */
export async function hasUnfinishedUndo(runDir: string): Promise<boolean> {
  for (const file of await findUndoFiles(runDir)) if (await isLogUnfinished(file)) return true;
  return false;
}
