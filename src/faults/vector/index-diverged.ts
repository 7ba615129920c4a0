// index.diverged: one replica's index holds other content than its peer's of the same generation: some rows have each
// other's vectors, and the manifest fits. Of few rows a sample hardly sees one; proved by the file's hash and by
// searches with vectors that are held outside the index.

import { z } from "zod";
import { fault } from "../fault.ts";
import { harmIndex, mendIndex, saveIndex, savedDamages, seeIndex, type IndexUndo } from "../parts/index-damage.ts";
import { chooseRows } from "../parts/row-damage.ts";
import { publishedRows } from "../parts/rows.ts";

const kind = "index.diverged";

export const indexDiverged = fault({
  name: kind,
  about: "Has a share of the rows of one replica's index hold the vectors of other rows, and the manifest fit.",
  wayBack: "writes back what still is as it left it, from a copy made before, and starts a replica that died of it",
  acts: "replica",
  needs: ["files", "edits", "vectors", "backups"],
  wants: ["process", "replica"],
  params: z.strictObject({
    share: z
      .number()
      .min(0.01)
      .max(1)
      .default(0.05)
      .describe("Share of the rows that differ from those of the peers: 0.01 to 1, 0.05 when absent."),
  }),
  example: { share: 0.3 },
  dose: { param: "share", unit: "share", mildest: 0.01, harshest: 1, scale: "linear" },

  async prepare({ share }, site): Promise<IndexUndo> {
    const published = await publishedRows(site.controls.files, "index");
    const { path, payload } = published;
    const { rows, ...lying } = payload;
    const runs = chooseRows(rows, share, site.seed);
    const damage = { path, ...lying, runs, mode: "replace", seed: site.seed } as const;
    return saveIndex(site, { kind, published, damage, manifest: "manifest" });
  },
  apply: async ({ share }, undo, site, signal) => harmIndex(kind, { share, undo }, site, signal),
  observe: async ({ params, undo, before }, site, signal) =>
    seeIndex(kind, { share: params.share, undo, before }, site, signal),
  revert: async (undo, site, signal) => mendIndex(kind, undo, site, signal),
  wrote: async (undo, site) => savedDamages(kind, undo, site),
});
