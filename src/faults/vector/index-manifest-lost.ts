// index.manifest-lost: half of one replica's manifest lies in the place of the whole one, as a write leaves it that
// broke off. The replica has read the whole one and goes on answering by it; nobody can tell any more how its index is
// to be read, and whoever opens it has none. Proved by the hash of the file at the path, by the replica's refusal to
// load its index by it, and by what it finds all the same.

import { z } from "zod";
import type { Share } from "../../core/units.ts";
import { fault } from "../fault.ts";
import { mendSwap, replaceFile, saveSwap, swapDamages, type SwapUndo } from "../parts/index-swap.ts";
import { publishedRows } from "../parts/rows.ts";
import { firstHalf, foundStill } from "../parts/still-found.ts";
import { lookBefore, refuseBlindness, sampleFor } from "../parts/search-witness.ts";

const kind = "index.manifest-lost";
/** The same rows are asked for again, and no file that they are in did change: a row may be written meanwhile. */
const asBefore: Share = 0.05;
/** Of a replica that finds less before the harm nobody could tell that it answers as before. */
const leastFound: Share = 0.5;

export const indexManifestLost = fault({
  name: kind,
  about: "Puts half of one replica's manifest in its place; the replica goes on answering by the one that it has read.",
  wayBack: "puts the old manifest back where ours still is, from a copy made before, and has the replica load it",
  acts: "replica",
  needs: ["files", "edits", "vectors", "backups", "replica"],
  wants: ["process"],
  params: z.strictObject({}),
  example: {},

  async prepare(_params, site): Promise<SwapUndo> {
    const { payload } = await publishedRows(site.controls.files, "index");
    const manifest = await site.controls.files.published("manifest");
    const swap = await saveSwap(site, manifest, firstHalf, "left alone");
    return { ...swap, rows: payload.rows };
  },
  async apply(_params, undo, site, signal) {
    const look = await lookBefore(site, kind, { sample: sampleFor(1, undo.rows) }, signal);
    refuseBlindness(look, leastFound);
    await replaceFile(kind, { undo, make: firstHalf }, site, signal);
    // What it answers from stays: it loads nothing that it cannot read.
    return { look, loaded: await site.controls.replica.reload?.(signal) };
  },
  async observe({ undo, before: { look, loaded } }, site, signal) {
    const hash = await site.controls.files.hash(undo.path);
    const isOurs = hash === undo.made;
    const found = isOurs ? "that of our half" : hash === undo.backup ? "unchanged" : "that of neither file";
    const least = look.share - asBefore;
    const { share, says } = await foundStill(site, look, signal);
    const refusal = loaded === undefined ? "" : loaded.ok ? "; loaded by it" : `; not loaded by it (${loaded.reason})`;
    return {
      confirmed: isOurs && loaded?.ok !== true && share !== undefined && share >= least,
      expected: `half of the manifest at its path, by which no index is loaded, and the replica still finds its rows: ${least.toFixed(3)} at least`,
      seen: `hash ${found}${refusal}; self-retrieval ${look.share.toFixed(3)} before, after: ${says}`,
    };
  },
  revert: async (undo, site, signal) => mendSwap(kind, { undo, make: firstHalf }, site, signal),
  wrote: async (undo, site) => swapDamages(kind, undo, firstHalf, site),
});
