// Lays beside a replica's record store the documents that a sibling has and it never had.
import { layMissing, type LaidDocuments } from "../../vector/missing.ts";
import type { IndexFiles } from "../../vector/layout.ts";
import { readManifest } from "../../vector/snapshot.ts";
import { BadSource } from "./make-index.ts";

/** Rejects with {@link BadSource} when the two hold vectors of different models: nothing is laid then. */
export async function resyncMissing(source: IndexFiles, target: IndexFiles): Promise<LaidDocuments> {
  const [theirs, ours] = [readManifest(source), readManifest(target)];
  if (theirs.model !== ours.model || theirs.dimension !== ours.dimension) {
    const [found, expected] = [theirs, ours].map(({ model, dimension }) => `${model} of ${dimension} dimensions`);
    throw new BadSource(`the vectors of ${source.dir} are of ${found}; those of ${target.dir} are of ${expected}`);
  }
  return layMissing(target, source);
}
