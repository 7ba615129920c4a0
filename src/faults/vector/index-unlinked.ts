// index.unlinked: another file takes the place of one replica's index, as a copy leaves it that broke off half-way. The
// replica has the old one open and goes on answering from it: all of its answers are right, and whoever starts it again
// finds a file that is none. Proved by the hash of the file at the path, beside what the replica finds.

import { z } from "zod";
import { messageOf } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { mendSwap, replaceFile, saveSwap, swapDamages, type SwapUndo } from "../parts/index-swap.ts";
import { publishedRows, refusePieces } from "../parts/rows.ts";
import { lookBefore, sampleFor } from "../parts/search-witness.ts";

const kind = "index.unlinked";
const onePiece = {
  what: kind,
  why: "an engine that keeps them so may answer from a copy, whatever lies at the path",
  instead: "take index.corruption, which acts when the index is loaded",
} as const;

export const indexUnlinked = fault({
  name: kind,
  about: "Puts half of one replica's index file in its place; the replica goes on answering from the old one.",
  wayBack: "puts the old file back where ours still is, from a copy made before, and has the replica load it",
  acts: "replica",
  needs: ["files", "edits", "vectors", "backups", "replica"],
  wants: ["process"],
  params: z.strictObject({}),
  example: {},
  needsOnePiece: () => onePiece,

  async prepare(_params, site): Promise<SwapUndo> {
    const published = await publishedRows(site.controls.files, "index");
    refusePieces(published, onePiece);
    return saveSwap(site, published, firstHalf, "left alone");
  },
  async apply(_params, undo, site, signal) {
    const look = await lookBefore(site, kind, { sample: sampleFor(1, undo.rows) }, signal);
    await replaceFile(kind, { undo, make: firstHalf }, site, signal);
    return look;
  },
  async observe({ undo, before: { share, sample } }, { controls: { files, vectors } }, signal) {
    const hash = await files.hash(undo.path);
    const isOurs = hash === undo.made;
    const found = isOurs ? "that of our file" : hash === undo.backup ? "unchanged" : "that of neither file";
    const now = await vectors.selfRetrieval(sample, signal).then((now) => now.toFixed(3), messageOf);
    return {
      confirmed: isOurs,
      expected: "the file at the path is ours, whatever the replica answers from the one that it has open",
      seen: `hash ${found}; self-retrieval ${share.toFixed(3)} before, after: ${now}`,
    };
  },
  revert: async (undo, site, signal) => mendSwap(kind, { undo, make: firstHalf }, site, signal),
  wrote: async (undo, site) => swapDamages(kind, undo, firstHalf, site),
});

function firstHalf(file: Uint8Array): Uint8Array {
  return file.subarray(0, Math.ceil(file.length / 2));
}
