// index.old-manifest: one replica reads its index by the manifest of before its newest rows came, as a reader that
// missed a publication does. The index file is whole and stays as it is; what the old manifest does not know of it, the
// replica finds in the file and behind it as well. Proved by the hashes of both files and by the replica's answers.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { mendSwap, replaceFile, saveSwap, swapDamages, type Make, type SwapUndo } from "../parts/index-swap.ts";
import { effectWithinMs, requiredShare } from "../parts/index-damage.ts";
import { loadAnew } from "../parts/load-anew.ts";
import { manifestBefore, type ManifestOfNow } from "../parts/manifest-before.ts";
import { publishedRows } from "../parts/rows.ts";
import { effectSeen, lookBefore, refuseBlindness, sampleFor } from "../parts/search-witness.ts";

const kind = "index.old-manifest";
/** In an answer of so many hits a row that is found twice leaves no room for another one. */
const hits = 2;

/** Which file the manifest is of. */
type OfIndex = { readonly now: ManifestOfNow; readonly index: string };

export const indexOldManifest = fault({
  name: kind,
  about: "Puts the manifest of before the newest rows in place of one replica's, beside the index of now.",
  wayBack: "puts the manifest back where ours still is, from a copy made before, and has the replica load it",
  acts: "replica",
  needs: ["files", "edits", "vectors", "backups", "replica"],
  wants: ["process"],
  params: z.strictObject({
    share: z
      .number()
      .min(0.05)
      .max(0.95)
      .default(0.3)
      .describe("Share of the rows that came since, which the manifest does not know: 0.05 to 0.95, 0.3 when absent."),
  }),
  example: { share: 0.3 },

  async prepare({ share }, site): Promise<SwapUndo & OfIndex> {
    const { files } = site.controls;
    const { path: index, payload } = await publishedRows(files, "index");
    const left = Math.round(payload.rows * (1 - share));
    if (left === payload.rows || left === 0) {
      const hint = "give another share in `with`, or an index that has more rows";
      throw new HarnessError("environment", `of ${payload.rows} rows a share of ${share} is none, or all`, { hint });
    }
    const now = { hash: await files.hash(index), rows: payload.rows, left };
    const manifest = await files.published("manifest");
    const swap = await saveSwap(site, manifest, makeOf(now), "left alone");
    return { ...swap, rows: payload.rows, now, index };
  },
  async apply({ share }, undo, site, signal) {
    const look = await lookBefore(site, kind, { sample: sampleFor(share, undo.rows), hits }, signal);
    refuseBlindness(look, requiredShare * share);
    await replaceFile(kind, { undo, make: makeOf(undo.now) }, site, signal);
    return { look, loaded: await loadAnew(site, signal) };
  },
  async observe({ params: { share }, undo, before: { look, loaded } }, site, signal) {
    const { files } = site.controls;
    const fall = requiredShare * share;
    const isOurs = (await files.hash(undo.path)) === undo.made;
    const isWhole = (await files.hash(undo.index)) === undo.now.hash;
    const withinMs = isOurs ? effectWithinMs : 0;
    const { seen, says } = await effectSeen(look, { site, kind, fall, withinMs }, signal);
    const whose = `the manifest is ${isOurs ? "that of before" : "not ours"}, the index ${isWhole ? "that of now" : "another one"}`;
    return {
      confirmed: isOurs && isWhole && seen,
      expected: `the manifest of before beside the index of now, and self-retrieval in whole answers lower by at least ${fall.toFixed(3)}`,
      seen: `${whose}${loaded}; ${says}`,
    };
  },
  revert: async (undo, site, signal) => mendSwap(kind, { undo, make: makeOf(undo.now) }, site, signal),
  wrote: async (undo, site) => swapDamages(kind, undo, makeOf(undo.now), site),
});

function makeOf(now: ManifestOfNow): Make {
  return (manifest) => manifestBefore(manifest, now);
}
