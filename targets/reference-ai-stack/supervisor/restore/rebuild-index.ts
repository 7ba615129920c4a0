// Makes an index anew from the replica's record store alone: for when no file that it could be copied from is good, or
// when much of the one that serves is dead. The old file serves on until the new one has been looked at and put in its
// place. What is written meanwhile lies behind the new one, as it lay behind the old.

import { rm } from "node:fs/promises";
import { OWN_MARK } from "../../common/process-mark.ts";
import type { VectorEngine } from "../../vector/engines/engine.ts";
import { settle } from "../../vector/engines/publish.ts";
import { usearch } from "../../vector/engines/usearch.ts";
import type { IndexFiles } from "../../vector/layout.ts";
import { readLivingRows } from "../../vector/record-store.ts";
import { hasDirection } from "../../vector/same-vector.ts";
import type { MadeOf } from "../../vector/snapshot.ts";
import { BadSource, madeOf, putInPlace, type Restored } from "./make-index.ts";

/**
 * Replaces `target.index` by one that is built from the vectors of the record store, of rows that were not removed.
 * `otherwise`: what they are of, where the manifest cannot be read. Rejects with {@link BadSource}
 * when one of them is no vector: what is built of them would find no more than what is there.
 */
export async function rebuildIndex(
  target: IndexFiles,
  engine: VectorEngine = usearch,
  otherwise?: () => MadeOf,
): Promise<Restored> {
  await settle(target);
  const manifest = madeOf(target, otherwise);
  const { vectors: living, ...holding } = readLivingRows(target.records);
  const vectors = [...living.values()];
  if (vectors.length === 0) throw new BadSource(`${target.records} holds no records: nothing can be built from it`);
  const [bad] = [...living].find(([, vector]) => !hasDirection(vector)) ?? [];
  if (bad !== undefined)
    throw new BadSource(`row ${bad} of ${target.records} has no direction: its vectors are damaged too`);
  const fresh = `${target.index}.new-${OWN_MARK}`;
  try {
    await engine.build(vectors, fresh);
    return await putInPlace({ fresh, target, engine, manifest, holding, readded: 0 });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
