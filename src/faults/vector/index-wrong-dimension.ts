// index.wrong-dimension: one replica's index becomes that of code which takes each vector for shorter than it is, as
// after a change of the embedding model that one side has not heard of. The first row is right, each one behind it
// begins further too early and holds the end of others. Dimension, hash, length and count fit; proved by the file's
// hash and by searches with the vectors that are held outside it.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { harmIndex, mendIndex, saveIndex, savedDamages, seeIndex, type IndexUndo } from "../parts/index-damage.ts";
import { publishedRows } from "../parts/rows.ts";

const kind = "index.wrong-dimension";
/** All rows but the first, which begins where it should. */
const share = 1;
const floatBytes = 4;

export const indexWrongDimension = fault({
  name: kind,
  about: "Has the rows of one replica's index cut at another dimension than they have, and has the manifest fit.",
  wayBack: "writes back what still is as it left it, from a copy made before, and starts a replica that died of it",
  acts: "replica",
  needs: ["files", "edits", "vectors", "backups"],
  wants: ["process", "replica"],
  params: z.strictObject({
    short: z
      .int()
      .min(1)
      .max(4096)
      .optional()
      .describe("So many numbers each row is taken for shorter; a quarter of it, as 384 of 512, when absent."),
  }),
  example: {},

  async prepare({ short }, site): Promise<IndexUndo> {
    const published = await publishedRows(site.controls.files, "index");
    const { path, payload } = published;
    const { rows, ...lying } = payload;
    const numbers = lying.rowBytes / floatBytes;
    const shorter = short ?? Math.max(1, Math.floor(numbers / 4));
    if (shorter >= numbers) {
      const what = `short is ${shorter}, and the rows of ${path} have ${numbers} numbers`;
      throw new HarnessError("environment", `${what}; expected fewer, so that something is left of a row`);
    }
    const damage = { path, ...lying, runs: [[0, rows]], mode: "stride", short: shorter, seed: site.seed } as const;
    return saveIndex(site, { kind, published, damage, manifest: "manifest" });
  },
  apply: async (_params, undo, site, signal) => harmIndex(kind, { share, undo }, site, signal),
  observe: async ({ undo, before }, site, signal) => seeIndex(kind, { share, undo, before }, site, signal),
  revert: async (undo, site, signal) => mendIndex(kind, undo, site, signal),
  wrote: async (undo, site) => savedDamages(kind, undo, site),
});
