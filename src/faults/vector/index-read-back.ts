// index.read-back: an index that keeps beside what it searches from where each row is read back says so wrongly of some
// rows: searches find all of them as before, each question is answered right, and whoever reads a row back, such as a
// copy or a check, gets another one's vector. Proved by the file's hash and by searches with vectors that the index
// gives back.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import {
  harmIndex,
  mendIndex,
  saveIndex,
  savedDamages,
  seeIndex,
  type IndexUndo,
  type WholeSite,
} from "../parts/index-damage.ts";
import { needsOnePiece, refusePieces } from "../parts/one-piece.ts";
import { damageOfGraph, publishedRows } from "../parts/rows.ts";

const kind = "index.read-back";
const needs = needsOnePiece(kind, "places");

export const indexReadBack = fault({
  name: kind,
  about: "Has a share of the rows of one replica's index read back as each other; searches find them as before.",
  wayBack: "writes back what still is as it left it, from a copy made before, and starts a replica that died of it",
  acts: "replica",
  needs: ["files", "edits", "vectors", "backups"],
  wants: ["process", "replica"],
  params: z.strictObject({
    share: z
      .number()
      .min(0.05)
      .max(1)
      .default(0.3)
      .describe("Share of the rows that are read back as another one: 0.05 to 1, 0.3 when absent."),
  }),
  example: { share: 0.3 },
  dose: { param: "share", unit: "share", mildest: 0.05, harshest: 1, scale: "linear" },
  needsOnePiece: () => needs,

  async prepare({ share }, site): Promise<IndexUndo> {
    const published = await publishedRows(site.controls.files, "index");
    refusePieces(published, needs);
    if (published.payload.pieces === undefined) {
      const says = `${published.path} (format ${published.format}) is read back from where it is searched`;
      throw new HarnessError("environment", says, { hint: "take an index of sqlite-vec, or index.corruption" });
    }
    byReadBack(site);
    const damage = damageOfGraph(published, { mode: "places", share, seed: site.seed });
    return saveIndex(site, { kind, published, damage, manifest: "manifest" });
  },
  apply: async ({ share }, undo, site, signal) => harmIndex(kind, { share, undo }, byReadBack(site), signal),
  observe: async ({ params, undo, before }, site, signal) =>
    seeIndex(kind, { share: params.share, undo, before }, byReadBack(site), signal),
  revert: async (undo, site, signal) => mendIndex(kind, undo, site, signal),
  wrote: async (undo, site) => savedDamages(kind, undo, site),
});

/** The same site, whose rows are to find themselves by the vectors that its index gives back. */
function byReadBack<Of extends WholeSite>(site: Of): Of {
  const { readBack } = site.controls.vectors;
  if (readBack === undefined) {
    const says = `${site.service} has no probe of kind self-retrieval whose sample its index gives back`;
    throw new HarnessError("environment", says);
  }
  return { ...site, controls: { ...site.controls, vectors: { selfRetrieval: readBack } } };
}
