// index.nearly-empty: one replica loads an index of its first few rows alone, as of an older snapshot that was flushed
// over the good one. The file is whole, hash, length and count in the manifest are right, and users find the same few
// passages whatever they ask; proved by the file's hash and by the replica's searches.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { seeFile } from "../parts/index-damage.ts";
import { mendSwap, saveSwap, swapDamages, swapIndex, type Make, type SwapUndo } from "../parts/index-swap.ts";
import { needsOnePiece, refusePieces } from "../parts/one-piece.ts";
import { fewRows } from "../parts/other-index.ts";
import { lyingOf, publishedRows } from "../parts/rows.ts";
import type { Lying } from "../parts/graph.ts";

const kind = "index.nearly-empty";

/** Which rows of the file are left. */
type Left = { readonly lying: Lying; readonly left: number };

export const indexNearlyEmpty = fault({
  name: kind,
  about: "Puts an index of the first few rows in place of one replica's, has the manifest fit, and has it loaded.",
  wayBack: "puts the old file back where ours still is, from a copy made before, and has the replica load it",
  acts: "replica",
  needs: ["files", "edits", "vectors", "backups", "replica"],
  wants: ["process"],
  params: z.strictObject({
    rows: z.int().min(1).max(64).default(2).describe("So many rows are left: 1 to 64, 2 when absent."),
  }),
  example: {},
  needsOnePiece: () => needsOnePiece(kind, "first rows"),

  async prepare({ rows: left }, site): Promise<SwapUndo & Left> {
    const published = await publishedRows(site.controls.files, "index");
    refusePieces(published, needsOnePiece(kind, "first rows"));
    const { rows } = published.payload;
    if (rows <= left) {
      const hint = "give fewer rows in `with`, or an index that has more";
      throw new HarnessError("environment", `${site.replica} has ${rows} rows in all: with ${left} left none is lost`, {
        hint,
      });
    }
    const of = { lying: lyingOf(published), left };
    return { ...(await saveSwap(site, published, makeOf(of))), ...of };
  },
  apply: async (_params, undo, site, signal) =>
    swapIndex(kind, { share: shareOf(undo), undo, make: makeOf(undo) }, site, signal),
  observe: async ({ undo, before }, site, signal) =>
    seeFile(kind, { share: shareOf(undo), path: undo.path, before }, site, signal),
  revert: async (undo, site, signal) => mendSwap(kind, { undo, make: makeOf(undo) }, site, signal),
  wrote: async (undo, site) => swapDamages(kind, undo, makeOf(undo), site),
});

function makeOf({ lying, left }: Left): Make {
  return (file) => fewRows(file, lying, left);
}

/** Of the rows, so many do not find themselves any more. */
function shareOf({ lying, left }: Left): number {
  return 1 - left / lying.rows;
}
