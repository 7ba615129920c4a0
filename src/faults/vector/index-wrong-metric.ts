// index.wrong-metric: one replica loads an index that other code has built, by another metric in place of cosine (the
// inner product; of sqlite-vec, which has none, the Euclidean distance), of vectors that are not equally long. Hash,
// length and count in the manifest fit, each vector points where it did, and ranks are wrong; proved by the file's hash
// and by the replica's searches.

import { z } from "zod";
import { fault } from "../fault.ts";
import { seeFile } from "../parts/index-damage.ts";
import { mendSwap, saveSwap, swapDamages, swapIndex, type Make, type SwapUndo } from "../parts/index-swap.ts";
import { needsOnePiece, refusePieces } from "../parts/one-piece.ts";
import { byOtherMetric } from "../parts/other-index.ts";
import { lyingOf, publishedRows } from "../parts/rows.ts";
import type { Lying } from "../parts/graph.ts";

const kind = "index.wrong-metric";
/**
 * Of the rows, so many at least do not find themselves any more: measured on the reference stack, 2,208 rows of length
 * 1, 0.91 with lengths that differ by 2, and 0.97 by 8. Where neighbours are farther, fewer.
 */
const share = 0.6;

/** Of which rows, how different their lengths are, and by which seed. */
type Built = { readonly lying: Lying; readonly times: number; readonly seed: number };

export const indexWrongMetric = fault({
  name: kind,
  about: "Has one replica load an index of its rows by another metric than cosine, and has the manifest fit.",
  wayBack: "puts the old file back where ours still is, from a copy made before, and has the replica load it",
  acts: "replica",
  needs: ["files", "edits", "vectors", "backups", "replica"],
  wants: ["process"],
  params: z.strictObject({
    lengths: z
      .number()
      .min(1.5)
      .max(16)
      .default(2)
      .describe("Each vector is made longer or shorter by up to so many times: 1.5 to 16, 2 when absent."),
  }),
  example: {},
  dose: { param: "lengths", unit: "times", mildest: 1.5, harshest: 16, scale: "log" },
  needsOnePiece: () => needsOnePiece(kind, "metric"),

  async prepare({ lengths: times }, site): Promise<SwapUndo & Built> {
    const published = await publishedRows(site.controls.files, "index");
    refusePieces(published, needsOnePiece(kind, "metric"));
    const of = { lying: lyingOf(published), times, seed: site.seed };
    return { ...(await saveSwap(site, published, makeOf(of))), ...of };
  },
  apply: async (_params, undo, site, signal) => swapIndex(kind, { share, undo, make: makeOf(undo) }, site, signal),
  observe: async ({ undo, before }, site, signal) => seeFile(kind, { share, path: undo.path, before }, site, signal),
  revert: async (undo, site, signal) => mendSwap(kind, { undo, make: makeOf(undo) }, site, signal),
  wrote: async (undo, site) => swapDamages(kind, undo, makeOf(undo), site),
});

function makeOf({ lying, times, seed }: Built): Make {
  return (file) => byOtherMetric(file, lying, { times, seed });
}
