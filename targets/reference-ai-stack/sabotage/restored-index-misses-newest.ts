// A restore that goes back to the source and leaves it at that: what was written since is in the records and no longer found.
import { copyFile, rename } from "node:fs/promises";
import { readManifest, writeDurably } from "../vector/snapshot.ts";
import type { Defect } from "./defect.ts";

export const restoredIndexMissesNewest: Defect = {
  name: "restored-index-misses-newest",
  summary: "Restores the snapshot's index without the documents that were written after it.",
  restore: () => async (source, target) => {
    const good = readManifest(source);
    const fresh = `${target.index}.new-${process.pid}`;
    await copyFile(source.index, fresh);
    await rename(fresh, target.index);
    await writeDurably(target.manifest, `${JSON.stringify(good, null, 2)}\n`);
    return { hash: good.indexHash, rows: good.rows, readded: 0 };
  },
  healer: { hand: (hand) => ({ ...hand, restoreIndex: (replica) => hand.restoreIndex(replica, "snapshot") }) },
};
