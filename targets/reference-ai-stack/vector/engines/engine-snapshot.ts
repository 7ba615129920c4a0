// The snapshot of an engine that is not the default: made out of the records of the snapshot that `prepare` left, beside
// it, when it is first wanted.
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import { filesIn } from "../layout.ts";
import { readVectorsFrom } from "../record-store.ts";
import { buildIndex, currentSnapshot, type CurrentSnapshot, readManifest, snapshotOf } from "../snapshot.ts";
import type { VectorEngine } from "./engine.ts";

/** Returns it, made before or now. Rejects when there is no snapshot to make it from, or the engine is not installed. */
export async function ensureEngineSnapshot(cacheDir: string, engine: VectorEngine): Promise<CurrentSnapshot> {
  const base = currentSnapshot(cacheDir);
  if (engine.name === "usearch") return base;
  const { dir } = snapshotOf(base, engine.name);
  if (!existsSync(dir)) {
    const missing = engine.whyMissing();
    if (missing !== null) throw new Error(missing);
    const building = filesIn(`${dir}.building-${randomUUID()}`, engine.name);
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
  const files = snapshotOf(base, engine.name);
  return { key: base.key, files, manifest: readManifest(files) };
}
