// How a file is put on the disk so that no crash leaves half of it.
import { createHash } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Writes beside it, syncs and renames: whoever reads finds all of it or nothing. */
export function writeSynced(file: string, content: Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = join(dirname(file), `.${process.pid}-${createHash("sha256").update(file).digest("hex").slice(0, 16)}`);
  const handle = openSync(fresh, "w");
  try {
    writeFileSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, file);
}
