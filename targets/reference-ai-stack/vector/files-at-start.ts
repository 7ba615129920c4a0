// Gives a replica its files when it has none: a real copy of the snapshot, so that what happens to one replica's file
// happens to no other. Documents that were acknowledged lie in these files and nowhere else: what exists is never
// written over, whatever is missing beside it.
import { existsSync } from "node:fs";
import { copyFile, mkdir, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { VectorEngine } from "./engines/engine.ts";
import { ensureEngineSnapshot } from "./engines/engine-snapshot.ts";
import { copyIndex } from "./engines/generation.ts";
import { VECTOR_ENGINES } from "./engines/names.ts";
import { filesIn, type IndexFiles } from "./layout.ts";
import { findManifest, syncFile } from "./snapshot.ts";

const PARTS = ["records", "index", "manifest"] as const;

/** Lies in the folder from before the first file comes until all are on the disk: nobody has served from them. */
function markerOf({ dir }: IndexFiles): string {
  return join(dir, "copying");
}

/**
 * Copies all files from the snapshot where there is none of them, or a copy was begun and not ended; else nothing, in
 * whatever state they are: repairing is not a start's business. Returns whether it copied. Rejects when what is there
 * is another engine's, or has no record store.
 */
export async function ensureReplicaFiles(files: IndexFiles, cacheDir: string, engine: VectorEngine): Promise<boolean> {
  const marker = markerOf(files);
  if (!existsSync(marker)) {
    refuseOtherEngine(files, engine);
    const there = PARTS.filter((part) => existsSync(files[part]));
    if (there.includes("records")) return false;
    if (there.length > 0) {
      const held = there.map((part) => files[part]).join(" and ");
      throw new Error(
        `${files.records} is missing beside ${held}; put it back, or move ${files.dir} away to begin with the snapshot`,
      );
    }
  }
  const snapshot = await ensureEngineSnapshot(cacheDir, engine.name);
  await mkdir(files.dir, { recursive: true });
  await writeFile(marker, "");
  await syncFolder(files.dir);
  for (const part of PARTS) {
    await rm(files[part], { recursive: true, force: true });
    if (part === "index") await copyIndex(snapshot.files.index, files.index);
    else await copyFile(snapshot.files[part], files[part]);
  }
  for (const part of ["records", "manifest"] as const) await syncFile(files[part]);
  await rm(marker);
  // A marker that a power cut brought back would have the next start copy over what came since.
  await syncFolder(files.dir);
  return true;
}

/** By the manifest, and where that cannot be read by the name of the index. */
function refuseOtherEngine(files: IndexFiles, { name }: VectorEngine): void {
  const found = findManifest(files);
  const byName = existsSync(files.index)
    ? name
    : VECTOR_ENGINES.find((one) => existsSync(filesIn(files.dir, one).index));
  const other = "manifest" in found ? (found.manifest.engine ?? "usearch") : (byName ?? name);
  if (other === name) return;
  throw new Error(`${files.dir} holds an index of ${other}, and VECTOR_ENGINE is ${name}; name another data folder`);
}

async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
