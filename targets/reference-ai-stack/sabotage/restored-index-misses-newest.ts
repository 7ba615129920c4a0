// A restore that goes back to the source and leaves it at that, and whose manifest says that nothing is missing: what
// was written since stands in the records and is found by no search.
import { copyFile, rename } from "node:fs/promises";
import { OWN_MARK } from "../common/process-mark.ts";
import { readVectorsFrom } from "../vector/record-store.ts";
import { readManifest, writeDurably } from "../vector/snapshot.ts";
import type { Defect } from "./defect.ts";
import { handWith } from "./hand-with.ts";

export const restoredIndexMissesNewest: Defect = {
  name: "restored-index-misses-newest",
  summary: "Restores the snapshot's index without the documents that were written after it.",
  restore: () => async (source, target) => {
    const good = readManifest(source);
    const newer = readVectorsFrom(target.records, good.rows).size;
    const fresh = `${target.index}.new-${OWN_MARK}`;
    await copyFile(source.index, fresh);
    await rename(fresh, target.index);
    const manifest = { ...good, rows: good.rows + newer };
    await writeDurably(target.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
    return { hash: good.indexHash, rows: manifest.rows, readded: newer };
  },
  healer: {
    hand: (hand) =>
      handWith(hand, { "restore-index": (args) => hand.do("restore-index", { ...args, source: "snapshot" }) }),
  },
};
