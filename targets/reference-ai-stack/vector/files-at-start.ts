// Gives a replica its files when it has none: a real copy of the snapshot, so that what happens to one replica's file
// happens to no other.
import { existsSync } from "node:fs";
import { copyFile, mkdir, rename } from "node:fs/promises";
import type { IndexFiles } from "./layout.ts";
import { currentSnapshot } from "./snapshot.ts";

/**
 * Copies what is missing from the snapshot, the manifest last: while it is missing, the other two are taken for half
 * copies. Existing files are left alone, whatever their state: repairing is not a start's business. Returns whether it
 * copied.
 */
export async function ensureReplicaFiles(files: IndexFiles, cacheDir: string): Promise<boolean> {
  if (existsSync(files.manifest)) return false;
  const snapshot = currentSnapshot(cacheDir);
  await mkdir(files.dir, { recursive: true });
  for (const name of ["records", "index", "manifest"] as const) {
    const fresh = `${files[name]}.copy`;
    await copyFile(snapshot.files[name], fresh);
    await rename(fresh, files[name]);
  }
  return true;
}
