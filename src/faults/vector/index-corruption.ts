// index.corruption: damages the stored rows of one replica's index file, or the links that lead to them, in place;
// proved by the file's hash and by its searches.

import { z } from "zod";
import { fault } from "../fault.ts";
import { harmIndex, mendIndex, saveIndex, savedDamages, seeIndex, type IndexUndo } from "../parts/index-damage.ts";
import { chooseRows, damageModes } from "../parts/row-damage.ts";
import { needsOnePiece, refusePieces } from "../parts/one-piece.ts";
import { damageOfGraph, pagesOf, publishedRows, type RowDamage } from "../parts/rows.ts";
import type { PublishedFile } from "../../records/inventory.ts";

const kind = "index.corruption";

const roleWords = "a role in small letters, as the inventory has it, such as index";

const paramsSchema = z
  .strictObject({
    share: z
      .number()
      .min(0.05)
      .max(1)
      .default(0.3)
      .describe("Share of the stored rows that is damaged: 0.05 to 1, 0.3 when absent."),
    mode: z
      .enum(damageModes)
      .default("zero")
      .describe(
        "What stands in the damaged rows: zeros (when absent), noise, …, or what other rows of the same index held (replace, shift); pages zeroes pages of 4 KiB, links leads all links to the rows elsewhere, truncate cuts them off the end.",
      ),
    part: z
      .number()
      .min(0.1)
      .max(0.9)
      .exactOptional()
      .describe("For mode part: the share of each chosen row that is overwritten, 0.5 when absent."),
    role: z
      .string(roleWords)
      .regex(/^[a-z][a-z0-9-]*$/, roleWords)
      .default("index")
      .describe("The role of the published file whose rows are damaged; index when absent."),
  })
  .refine(({ mode, part }) => part === undefined || mode === "part", {
    path: ["part"],
    message: "no part, or mode: part",
  })
  .refine(({ mode, share }) => mode !== "links" || share <= mostUnlinked, {
    path: ["share"],
    message: "at most 0.9 with mode: links, which need rows to lead to",
  });
type Params = z.infer<typeof paramsSchema>;
/** Of mode part, where the intent does not say. */
const usualPart = 0.5;
/** Links must lead to somewhere. */
const mostUnlinked = 0.9;
export const indexCorruption = fault({
  name: kind,
  about: "Damages a seeded share of the stored rows of one replica's index file in place, or the links to them.",
  wayBack: "writes back what still is as it left it, from a copy made before, and starts a replica that died of it",
  acts: "replica",
  needs: ["files", "vectors", "backups"],
  wants: ["edits", "process", "replica"],
  params: paramsSchema,
  example: { share: 0.3, mode: "noise" },
  dose: { param: "share", unit: "share", mildest: 0.05, harshest: 1, scale: "linear" },
  needsOnePiece: ({ mode }) => needsOnePiece(`mode ${mode}`, mode),

  async prepare(params, site): Promise<IndexUndo> {
    const published = await publishedRows(site.controls.files, params.role);
    return saveIndex(site, { kind, published, damage: damageOf(published, params, site.seed) });
  },
  apply: async ({ share }, undo, site, signal) => harmIndex(kind, { share, undo }, site, signal),
  observe: async ({ params, undo, before }, site, signal) =>
    seeIndex(kind, { share: params.share, undo, before }, site, signal),
  revert: async (undo, site, signal) => mendIndex(kind, undo, site, signal),
  wrote: async (undo, site) => savedDamages(kind, undo, site),
});

function damageOf(published: PublishedFile, { share, mode, part = usualPart }: Params, seed: number): RowDamage {
  const { path, payload } = published;
  refusePieces(published, needsOnePiece(`mode ${mode}`, mode));
  const { offset, rowBytes, rows, pieces } = payload;
  const of = { path, mode, seed, ...(mode === "part" && { part }) };
  const lying = pieces === undefined ? { offset, rowBytes } : { offset, rowBytes, pieces };
  const last = Math.max(1, Math.round(rows * share));
  switch (mode) {
    // A store that lost a row at one place: from there on each row holds what the next one held.
    case "shift":
    case "truncate":
      return { ...of, ...lying, runs: [[rows - last, last]] };
    case "pages":
      return { ...of, offset: 0, rowBytes: 1, runs: pagesOf(payload, share, seed) };
    case "links":
      return damageOfGraph(published, { mode, share, seed });
    default:
      return { ...of, ...lying, runs: chooseRows(rows, share, seed) };
  }
}
