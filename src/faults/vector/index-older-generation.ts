// index.older-generation: one replica's index becomes that of before the embedding model was changed, file and manifest
// together. Every hash fits, every count is right, and each row finds itself by the vector that the index gives back;
// proved by the file's hash and by searches with the vectors that are held outside it.

import { z } from "zod";
import { fault } from "../fault.ts";
import { harmIndex, mendIndex, saveIndex, savedDamages, seeIndex, type IndexUndo } from "../parts/index-damage.ts";
import { publishedRows } from "../parts/rows.ts";

const kind = "index.older-generation";
/** Of a generation all rows are of it. */
const share = 1;

export const indexOlderGeneration = fault({
  name: kind,
  about:
    "Gives all rows of one replica's index the vectors of another model of equal dimension, and has the manifest fit.",
  wayBack: "writes back what still is as it left it, from a copy made before, and starts a replica that died of it",
  acts: "replica",
  needs: ["files", "edits", "vectors", "backups"],
  wants: ["process", "replica"],
  params: z.strictObject({}),
  example: {},

  async prepare(_params, site): Promise<IndexUndo> {
    const published = await publishedRows(site.controls.files, "index");
    const { path, payload } = published;
    const { rows, ...lying } = payload;
    const damage = { path, ...lying, runs: [[0, rows]], mode: "turn", seed: site.seed } as const;
    return saveIndex(site, { kind, published, damage, manifest: "manifest" });
  },
  apply: async (_params, undo, site, signal) => harmIndex(kind, { share, undo }, site, signal),
  observe: async ({ undo, before }, site, signal) => seeIndex(kind, { share, undo, before }, site, signal),
  revert: async (undo, site, signal) => mendIndex(kind, undo, site, signal),
  wrote: async (undo, site) => savedDamages(kind, undo, site),
});
