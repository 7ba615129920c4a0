// Gives a replica its files when it has none: a real copy of the snapshot, so that what happens to one replica's file
// happens to no other.
import { existsSync } from "node:fs";
import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import type { VectorEngine } from "./engines/engine.ts";
import { ensureEngineSnapshot } from "./engines/engine-snapshot.ts";
import { copyIndex } from "./engines/generation.ts";
import type { IndexFiles } from "./layout.ts";
import { readManifest } from "./snapshot.ts";

/**
 * Copies what is missing from the snapshot, the manifest last: while it is missing, the other two are taken for half
 * copies. Existing files are left alone, whatever their state: repairing is not a start's business. Returns whether it
 * copied. Rejects when they are those of another engine.
 */
export async function ensureReplicaFiles(files: IndexFiles, cacheDir: string, engine: VectorEngine): Promise<boolean> {
  if (existsSync(files.manifest)) {
    const { engine: other = "usearch" } = readManifest(files);
    if (other === engine.name) return false;
    throw new Error(
      `${files.dir} holds an index of ${other}, and VECTOR_ENGINE is ${engine.name}; name another data folder`,
    );
  }
  const snapshot = await ensureEngineSnapshot(cacheDir, engine.name);
  await mkdir(files.dir, { recursive: true });
  for (const name of ["records", "index", "manifest"] as const) {
    const fresh = `${files[name]}.copy`;
    await rm(fresh, { recursive: true, force: true });
    if (name === "index") {
      await copyIndex(snapshot.files.index, fresh);
      // A folder does not take the place of one that is there, half copied or not.
      await rm(files.index, { recursive: true, force: true });
    } else await copyFile(snapshot.files[name], fresh);
    await rename(fresh, files[name]);
  }
  return true;
}
