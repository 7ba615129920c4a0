// index.torn-pair: one replica's index answers with the names of another build: vectors and graph are whole, the
// manifest fits, and the record store beside it numbers its rows otherwise. Proved by the file's hash and by its
// searches.

import { z } from "zod";
import { fault } from "../fault.ts";
import { harmIndex, mendIndex, saveIndex, savedDamages, seeIndex, type IndexUndo } from "../parts/index-damage.ts";
import { publishedRows, refusePieces } from "../parts/rows.ts";

const kind = "index.torn-pair";

export const indexTornPair = fault({
  name: kind,
  about: "Has a share of the rows of one replica's usearch index go by the names of other rows, and the manifest fit.",
  wayBack: "writes back what still is as it left it, from a copy made before, and starts a replica that died of it",
  acts: "replica",
  needs: ["files", "edits", "vectors", "backups"],
  wants: ["process", "replica"],
  params: z.strictObject({
    share: z
      .number()
      .min(0.05)
      .max(1)
      .default(1)
      .describe("Share of the rows that the two builds number differently: 0.05 to 1, 1 when absent."),
  }),
  // Below what a target allows where it says nothing (limits.max_dose).
  example: { share: 0.6 },

  async prepare(params, site): Promise<IndexUndo> {
    const published = await publishedRows(site.controls.files, "index");
    refusePieces(published, kind, "no graph of usearch follows them");
    const { path, payload } = published;
    const { offset, rowBytes, rows } = payload;
    const graph = { path, offset: offset + rows * rowBytes, rowBytes: 1, runs: [], share: params.share } as const;
    const damage = { ...graph, mode: "keys", seed: site.seed } as const;
    return saveIndex(site, { kind, published, damage, manifestToo: true });
  },
  apply: async ({ share }, undo, site, signal) => harmIndex(kind, { share, undo }, site, signal),
  observe: async ({ params, undo, before }, site, signal) =>
    seeIndex(kind, { share: params.share, undo, before }, site, signal),
  revert: async (undo, site, signal) => mendIndex(kind, undo, site, signal),
  wrote: async (undo, site) => savedDamages(kind, undo, site),
});
