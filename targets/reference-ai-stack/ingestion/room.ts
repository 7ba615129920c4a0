// How much the ingestion's folder may hold, where it is bounded: as a quota does, it refuses what does not fit.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** As the system says it of a disk that is full, so that whoever hears of it need not know who bounds it. */
class NoRoom extends Error {
  readonly code = "ENOSPC";
}

/** Throws an error of the disk where the folder would hold more than `mostBytes` with so many bytes more. */
export function refuseBeyond(dir: string, mostBytes: number, bytes: number): void {
  if (mostBytes === Infinity) return;
  const held = bytesIn(dir);
  if (held + bytes <= mostBytes) return;
  throw new NoRoom(`ENOSPC: ${dir} holds ${held} of ${mostBytes} bytes, and ${bytes} more do not fit`);
}

function bytesIn(dir: string): number {
  const files = readdirSync(dir, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  // A journal may be gone by now.
  const sizes = files.map(({ parentPath, name }) => statSync(join(parentPath, name), { throwIfNoEntry: false })?.size);
  return sizes.reduce<number>((sum, size = 0) => sum + size, 0);
}
