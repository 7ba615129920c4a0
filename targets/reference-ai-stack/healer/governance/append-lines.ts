// Whole lines on the disk, or none: what a full disk took of a line is cut off before the line is offered again.
import type { FileHandle } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../common/log.ts";

/** A line that the disk refused is offered again after this long, ms. */
const AGAIN_MS = 500;

export interface LineFile extends Pick<FileHandle, "appendFile" | "datasync" | "truncate"> {
  readonly size: () => Promise<number>;
}

/**
 * Appends a line and resolves once it is on the disk, however long the disk refuses. `onTrouble` hears why, once, and
 * null when it is over. One line at a time. Rejects once `patience` has ended, and then has left nothing of the line.
 */
export function appendLines(
  handle: LineFile,
  onTrouble: (says: string | null) => void,
  patience?: AbortSignal,
): (line: string) => Promise<void> {
  return async (line) => {
    const size = await handle.size();
    for (let tries = 0; ; tries += 1) {
      try {
        await handle.appendFile(line);
        await handle.datasync();
        if (tries > 0) onTrouble(null);
        return;
      } catch (error) {
        if (tries === 0) onTrouble(`the audit cannot be written: ${messageOf(error)}`);
        await handle.truncate(size).catch(() => undefined);
        await sleep(AGAIN_MS, undefined, { signal: patience });
      }
    }
  };
}
