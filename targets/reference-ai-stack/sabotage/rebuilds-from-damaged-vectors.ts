// A rebuild that takes the vectors from the index that is damaged, and not from the record store.
import { rename, stat } from "node:fs/promises";
import { OWN_MARK } from "../common/process-mark.ts";
import { openIndex, writeIndex } from "../vector/index-file.ts";
import { DIMENSIONS } from "../embedder/cache.ts";
import { hashFile } from "../vector/layout.ts";
import { readManifest, writeDurably } from "../vector/snapshot.ts";
import type { Defect } from "./defect.ts";

export const rebuildsFromDamagedVectors: Defect = {
  name: "rebuilds-from-damaged-vectors",
  summary: "Makes an index anew from the vectors that the damaged one holds.",
  rebuild: () => async (target) => {
    const old = await openIndex(target.index);
    const vectors = Array.from({ length: old.rows }, (_, row) => old.vectorOf(row) ?? new Float32Array(DIMENSIONS));
    const fresh = `${target.index}.new-${OWN_MARK}`;
    writeIndex(vectors, fresh);
    const [hash, { size }] = [await hashFile(fresh), await stat(fresh)];
    await rename(fresh, target.index);
    const manifest = { ...readManifest(target), rows: old.rows, indexHash: hash, indexBytes: size };
    await writeDurably(target.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
    return { hash, rows: old.rows, readded: 0 };
  },
};
