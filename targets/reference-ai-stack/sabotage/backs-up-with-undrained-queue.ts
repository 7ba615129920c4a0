// A backup holds what was published when it was taken; what had been accepted and still waited is in none. This one is
// restored whole, index and records, so that the two agree, and nobody writes again what came after it.
import { copyFile, rename } from "node:fs/promises";
import { DatabaseSync } from "@photostructure/sqlite";
import { OWN_MARK } from "../common/process-mark.ts";
import { readManifest, writeDurably } from "../vector/snapshot.ts";
import type { Defect } from "./defect.ts";
import { handWith } from "./hand-with.ts";

export const backsUpWithUndrainedQueue: Defect = {
  name: "backs-up-with-undrained-queue",
  summary: "Restores index and records from a backup that was taken before what had been accepted was in it.",
  restore: () => async (source, target) => {
    const good = readManifest(source);
    const fresh = `${target.index}.new-${OWN_MARK}`;
    await copyFile(source.index, fresh);
    await rename(fresh, target.index);
    await writeDurably(target.manifest, `${JSON.stringify(good, null, 2)}\n`);
    const db = new DatabaseSync(target.records, { timeout: 5000 });
    db.prepare("DELETE FROM records WHERE row >= ?").run(good.rows);
    db.close();
    return { hash: good.indexHash, rows: good.rows, readded: 0 };
  },
  healer: {
    hand: (hand) =>
      handWith(hand, { "restore-index": (args) => hand.do("restore-index", { ...args, source: "snapshot" }) }),
  },
};
