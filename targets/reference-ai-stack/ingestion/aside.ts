// Files that are longer than any that is taken: they are put aside under the hash of their bytes, so that none takes
// the place of another, with a letter on the shelf of dead letters.
import { createHash } from "node:crypto";
import { closeSync, copyFileSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Ledger } from "./ledger.ts";
import { claim, type Waiting } from "./lying.ts";
import { writeSynced } from "./write-synced.ts";

interface AsideParts {
  readonly dir: string;
  readonly ledger: Pick<Ledger, "putAside">;
  /** Longest file that is taken, bytes. */
  readonly mostBytes: number;
}

/** True: it was put aside. Its producer may have put another one there that is short enough, which is taken next. */
export function putAside(waiting: Waiting, { dir, ledger, mostBytes }: AsideParts): boolean {
  const own = claim(waiting);
  const bytes = own === undefined ? 0 : statSync(own).size;
  if (own === undefined || bytes <= mostBytes) return false;
  const { source, name: batch } = waiting;
  const hash = hashOf(own);
  ledger.putAside({ source, batch, hash });
  const reason = `${bytes} bytes; expected at most ${mostBytes}`;
  const letter = { source, batch, line: 0, kind: "oversized", reason, hash };
  const shelf = join(dir, "dead-letters", source, `oversized-${hash.slice(0, 16)}.json`);
  writeSynced(shelf, Buffer.from(`${JSON.stringify(letter)}\n`));
  move(own, join(dir, "oversized", source, hash));
  return true;
}

/** SHA-256 of a file of any length, hex. */
function hashOf(file: string): string {
  const hash = createHash("sha256");
  const part = Buffer.alloc(1024 * 1024);
  const handle = openSync(file, "r");
  try {
    for (let read = -1; read !== 0; hash.update(part.subarray(0, read))) read = readSync(handle, part);
  } finally {
    closeSync(handle);
  }
  return hash.digest("hex");
}

function move(file: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try {
    renameSync(file, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    // The sources lie on another disk.
    const fresh = join(dirname(to), `.${process.pid}`);
    copyFileSync(file, fresh);
    renameSync(fresh, to);
    rmSync(file);
  }
}
