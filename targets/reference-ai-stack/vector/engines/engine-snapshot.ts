// The snapshot of an engine that is not the default: made out of the records of the snapshot that `prepare` left,
// beside it, when it is first wanted.
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import { filesIn } from "../layout.ts";
import { readVectorsFrom } from "../record-store.ts";
import { buildIndex, currentSnapshot, type CurrentSnapshot, readManifest, snapshotOf } from "../snapshot.ts";
import type { VectorEngineName } from "./names.ts";
import { loadEngine } from "./table.ts";

/** Throws when there is no snapshot that it could be made from. */
export function hasEngineSnapshot(cacheDir: string, engine: VectorEngineName): boolean {
  return existsSync(snapshotOf(currentSnapshot(cacheDir), engine).manifest);
}

/**
 * Returns it, made before or now. Rejects when there is no snapshot to make it from, or the engine is not installed.
 */
export async function ensureEngineSnapshot(cacheDir: string, name: VectorEngineName): Promise<CurrentSnapshot> {
  const base = currentSnapshot(cacheDir);
  if (name === "usearch") return base;
  const { dir } = snapshotOf(base, name);
  if (!existsSync(dir)) {
    const engine = await loadEngine(name);
    const building = filesIn(`${dir}.building-${randomUUID()}`, name);
    try {
      await mkdir(building.dir, { recursive: true });
      await copyFile(base.files.records, building.records);
      await buildIndex(engine, building, base.manifest, readVectorsFrom(building.records, 0));
      await rename(building.dir, dir);
    } catch (error) {
      // Somebody else made it meanwhile: as good as this one.
      if (!existsSync(dir)) throw error;
    } finally {
      await rm(building.dir, { recursive: true, force: true });
    }
  }
  const files = snapshotOf(base, name);
  return { key: base.key, files, manifest: readManifest(files) };
}
