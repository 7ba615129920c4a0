// Links an index anew: the vectors are those that its own file holds, at the same places, and only the graph between
// them is made again. The old file serves on until the new one has been opened and asked, and put in its place.

import { rm } from "node:fs/promises";
import { OWN_MARK } from "../../common/process-mark.ts";
import type { VectorEngine } from "../../vector/engines/engine.ts";
import { settle } from "../../vector/engines/publish.ts";
import { usearch } from "../../vector/engines/usearch.ts";
import { heldRows } from "../../vector/held-rows.ts";
import type { IndexFiles, Manifest } from "../../vector/layout.ts";
import { openRecords } from "../../vector/record-store.ts";
import { hasDirection, sameVector } from "../../vector/same-vector.ts";
import { readManifest } from "../../vector/snapshot.ts";
import { createFigures } from "../../vector/vector-figures.ts";
import { BadSource, holdingOf, putInPlace, verifySource, type Restored } from "./make-index.ts";

/** Vectors that are asked for at once. */
const AT_ONCE = 128;

/**
 * Replaces `target.index` by one of the same rows at the same places. What was written since lies behind it, as it lay
 * behind the old one. Rejects with {@link BadSource} when the file is not what was written, or one of its vectors is
 * not that of the record store: links between wrong vectors lead nobody to the right ones. Nothing is changed then.
 */
export async function relinkIndex(target: IndexFiles, engine: VectorEngine = usearch): Promise<Restored> {
  await settle(target);
  const manifest = readManifest(target);
  await verifySource(target, manifest, manifest);
  const vectors = await vectorsIn(target, manifest, engine);
  refuseOtherVectors(vectors, target, manifest);
  const fresh = `${target.index}.new-${OWN_MARK}`;
  try {
    await engine.build(vectors, fresh);
    return await putInPlace({ fresh, target, engine, manifest, holding: holdingOf(manifest), readded: 0 });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** As the engine gives them back, by their places; no search is made, for links may lead anywhere. */
async function vectorsIn(
  { index, dir }: IndexFiles,
  manifest: Manifest,
  engine: VectorEngine,
): Promise<readonly Float32Array[]> {
  const { count } = heldRows(manifest);
  const open = await engine.open(index);
  try {
    const vectors: Float32Array[] = [];
    for (let from = 0; from < count; from += AT_ONCE) {
      const places = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, n) => from + n);
      for (const [n, vector] of (await Promise.all(places.map((place) => open.vectorOf(place)))).entries()) {
        if (vector === undefined || !hasDirection(vector))
          throw new BadSource(`the index of ${dir} holds no vector at place ${from + n}: links cannot mend that`);
        vectors.push(vector);
      }
    }
    return vectors;
  } finally {
    await open.close();
  }
}

/** Every row is looked at but those that were removed, or written again since: their vectors are passed over. */
function refuseOtherVectors(vectors: readonly Float32Array[], { records, dir }: IndexFiles, manifest: Manifest): void {
  const store = openRecords(records);
  try {
    const { rowAt } = heldRows(manifest);
    const passedOver = new Set([...store.removed, ...store.rewrittenSince(manifest.changes ?? 0)]);
    const figures = createFigures();
    vectors.forEach((vector, place) => {
      const row = rowAt(place);
      if (passedOver.has(row)) return;
      const stored = store.vectorOf(row);
      if (!sameVector(vector, stored))
        throw new BadSource(`row ${row} has another vector in the index of ${dir} than in its record store`);
      figures.add(stored, vector);
    });
    const odd = figures.figures().oddLengths;
    if (odd > 0)
      throw new BadSource(`${(100 * odd).toFixed(1)} % of the vectors in the index of ${dir} have an odd length`);
  } finally {
    store.close();
  }
}
