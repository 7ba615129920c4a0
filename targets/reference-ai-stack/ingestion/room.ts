// How much the copies of what was taken may hold, where that is bounded: as a quota does, it refuses what does not fit.
import { join } from "node:path";
import { entriesIn, statIfThere } from "./folders.ts";

/** As the system says it of a disk that is full, so that whoever hears of it need not know who bounds it. */
class NoRoom extends Error {
  readonly code = "ENOSPC";
}

/** Whether the folder would hold no more than `mostBytes` with so many bytes more. */
export function fits(dir: string, mostBytes: number, bytes: number): boolean {
  return mostBytes === Infinity || bytesIn(dir) + bytes <= mostBytes;
}

/** Throws an error of the disk where they do not fit. */
export function refuseBeyond(dir: string, mostBytes: number, bytes: number): void {
  if (fits(dir, mostBytes, bytes)) return;
  const held = bytesIn(dir);
  throw new NoRoom(`ENOSPC: ${dir} holds ${held} of ${mostBytes} bytes, and ${bytes} more do not fit`);
}

function bytesIn(dir: string): number {
  const files = entriesIn(dir, true).filter((entry) => entry.isFile());
  // What is being written may be gone by now.
  return files.reduce((sum, { parentPath, name }) => sum + (statIfThere(join(parentPath, name))?.size ?? 0), 0);
}
