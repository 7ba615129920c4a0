// index.unlinked: another file takes the place of one replica's index, as a copy leaves it that broke off half-way. The
// replica has the old one open and goes on answering from it: all of its answers are right, and whoever starts it again
// finds a file that is none. Proved by the hash of the file at the path, and by what the replica finds all the same: a
// replica that reads what lies there finds nothing of it, and was not struck.

import { z } from "zod";
import { fault } from "../fault.ts";
import { mendSwap, replaceFile, saveSwap, swapDamages, type SwapUndo } from "../parts/index-swap.ts";
import { publishedRows } from "../parts/rows.ts";
import { firstHalf, foundStill } from "../parts/still-found.ts";
import { lookBefore, refuseBlindness, sampleFor } from "../parts/search-witness.ts";
import type { Share } from "../../core/units.ts";

const kind = "index.unlinked";
/** The same rows are asked for again, and the file they are in did not change: a row may be written meanwhile. */
const asBefore: Share = 0.05;
/** Of a replica that finds less before the harm nobody could tell that it answers as before. */
const leastFound: Share = 0.5;

export const indexUnlinked = fault({
  name: kind,
  about: "Puts half of one replica's index file in its place; the replica goes on answering from the old one.",
  wayBack: "puts the old file back where ours still is, from a copy made before, and has the replica load it",
  acts: "replica",
  needs: ["files", "edits", "vectors", "backups", "replica"],
  wants: ["process"],
  params: z.strictObject({}),
  example: {},

  async prepare(_params, site): Promise<SwapUndo> {
    const published = await publishedRows(site.controls.files, "index");
    return saveSwap(site, published, firstHalf, "left alone");
  },
  async apply(_params, undo, site, signal) {
    const look = await lookBefore(site, kind, { sample: sampleFor(1, undo.rows) }, signal);
    refuseBlindness(look, leastFound);
    await replaceFile(kind, { undo, make: firstHalf }, site, signal);
    return look;
  },
  async observe({ undo, before }, site, signal) {
    const hash = await site.controls.files.hash(undo.path);
    const isOurs = hash === undo.made;
    const found = isOurs ? "that of our file" : hash === undo.backup ? "unchanged" : "that of neither file";
    const least = before.share - asBefore;
    const { share, says } = await foundStill(site, before, signal);
    return {
      confirmed: isOurs && share !== undefined && share >= least,
      expected: `the file at the path is ours, which is no index, and the replica still finds its rows: ${least.toFixed(3)} at least`,
      seen: `hash ${found}; self-retrieval ${before.share.toFixed(3)} before, after: ${says}`,
    };
  },
  revert: async (undo, site, signal) => mendSwap(kind, { undo, make: firstHalf }, site, signal),
  wrote: async (undo, site) => swapDamages(kind, undo, firstHalf, site),
});
