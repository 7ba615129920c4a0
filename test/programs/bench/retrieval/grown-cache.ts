// A cache whose snapshot holds as many rows as wanted: those of the corpus, and rows that are made up beside them. Kept
// beside the cache that it was made from, for an index of many rows takes minutes to build.

import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom } from "../../../../src/core/random.ts";
import { rebuildIndex } from "../../../../targets/reference-ai-stack/supervisor/restore/rebuild-index.ts";
import { filesIn } from "../../../../targets/reference-ai-stack/vector/layout.ts";
import {
  openRecords,
  writeRecords,
  type StoredRecord,
} from "../../../../targets/reference-ai-stack/vector/record-store.ts";
import { currentSnapshot } from "../../../../targets/reference-ai-stack/vector/snapshot.ts";

/**
 * A made-up row lies between two rows of the corpus, and this far from there in each place (a row's places are 0.04 on
 * average). Rows that all lie about one row of the corpus each, 45 in 100,000 about the same one, are no fit: with 32
 * links a row such a crowd is an island, of which a graph finds less than half (usearch, 32 bits or 16).
 */
const SPREAD = 0.005;
const [LEAST, MOST] = [0.3, 0.7];

/** The folder of the cache: made before, or now. */
export async function grownCache(cacheDir: string, rows: number): Promise<string> {
  const base = currentSnapshot(cacheDir);
  const grown = `${cacheDir}-grown/${base.key.slice(0, 16)}-${rows}-between`;
  if (existsSync(grown)) return grown;
  const building = `${grown}.building-${process.pid}`;
  try {
    const files = filesIn(join(building, "snapshots", base.key.slice(0, 16)));
    await mkdir(files.dir, { recursive: true });
    for (const entry of await readdir(cacheDir)) {
      if (entry !== "snapshots") await symlink(join(cacheDir, entry), join(building, entry));
    }
    writeRecords(files.records, recordsOf(base.files.records, rows));
    await writeFile(files.manifest, JSON.stringify({ ...base.manifest, rows }));
    await rebuildIndex(files);
    await rename(building, grown);
    return grown;
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** The first so many of the store, and made-up ones behind its last. */
function recordsOf(file: string, rows: number): readonly StoredRecord[] {
  const store = openRecords(file);
  try {
    const own = store.count();
    const random = seededRandom(7, "bench:retrieval rows");
    return Array.from({ length: rows }, (_, row) => {
      const vector = store.vectorOf(row % own);
      const { title = "", text = "" } = store.textOf(store.idOf(row % own) ?? "") ?? {};
      if (row < own) return { id: store.idOf(row) ?? "", title, text, vector };
      const other = store.vectorOf(Math.floor(random.next() * own));
      const share = LEAST + (MOST - LEAST) * random.next();
      const between = vector.map(
        (part, at) => share * part + (1 - share) * (other[at] ?? 0) + SPREAD * (2 * random.next() - 1),
      );
      return { id: `made-up.${row}`, title, text, vector: between };
    });
  } finally {
    store.close();
  }
}
