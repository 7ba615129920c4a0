// What the faults on the graph that leads to the rows of one replica's index have in common: vectors stay where they
// are, the manifest is made to fit, and it is proved by the file's hash and by the replica's searches.

import { z } from "zod";
import type { Share } from "../../core/units.ts";
import { fault } from "../fault.ts";
import { harmIndex, mendIndex, saveIndex, savedDamages, seeIndex, type IndexUndo } from "./index-damage.ts";
import type { GraphMode } from "./index-graph.ts";
import { needsOnePiece, refusePieces } from "./one-piece.ts";
import { damageOfGraph, publishedRows } from "./rows.ts";

interface GraphFault<Schema extends z.ZodObject> {
  readonly name: string;
  readonly about: string;
  readonly mode: GraphMode;
  readonly params: Schema;
  readonly example: z.input<Schema>;
  /** Of the rows, so many do not find themselves any more. */
  readonly shareOf: (params: z.output<Schema>) => Share;
}

/**
 * Makes such a fault. Known are usearch's file format 2, and what the one-piece table says of rows in pieces: any other
 * file is refused before anything is written.
 */
export function graphFault<Schema extends z.ZodObject>(of: GraphFault<Schema>) {
  const { name: kind, mode, shareOf } = of;
  return fault({
    name: kind,
    about: of.about,
    wayBack: "writes back what still is as it left it, from a copy made before, and starts a replica that died of it",
    acts: "replica",
    needs: ["files", "edits", "vectors", "backups"],
    wants: ["process", "replica"],
    params: of.params,
    example: of.example,
    needsOnePiece: () => needsOnePiece(kind, mode),

    async prepare(params, site): Promise<IndexUndo> {
      const published = await publishedRows(site.controls.files, "index");
      refusePieces(published, needsOnePiece(kind, mode));
      const damage = damageOfGraph(published, { mode, share: shareOf(params), seed: site.seed });
      return saveIndex(site, { kind, published, damage, manifest: "manifest" });
    },
    apply: async (params, undo, site, signal) => harmIndex(kind, { share: shareOf(params), undo }, site, signal),
    observe: async ({ params, undo, before }, site, signal) =>
      seeIndex(kind, { share: shareOf(params), undo, before }, site, signal),
    revert: async (undo, site, signal) => mendIndex(kind, undo, site, signal),
    wrote: async (undo, site) => savedDamages(kind, undo, site),
  });
}

/** The parameter of those that strike a share of the rows; `says`: which, as the beginning of a sentence. */
export function shareParam(says: string, usual: Share) {
  return z.strictObject({
    share: z.number().min(0.05).max(1).default(usual).describe(`${says}: 0.05 to 1, ${usual} when absent.`),
  });
}
