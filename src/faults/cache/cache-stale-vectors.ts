// cache.stale-vectors: vectors that an embedder keeps are those that another model of equal length would have made.
// Proved by the file, and by having the same text embedded out of the cache and around it.

import { z } from "zod";
import { fault } from "../fault.ts";
import {
  damageKept,
  observeKept,
  prepareKept,
  revertKept,
  savedDamage,
  type KeptRows,
  type KeptUndo,
} from "../parts/kept-rows.ts";

const kind = "cache.stale-vectors";
/**
 * Ten of them, each of which is kept in one row: a damage misses all ten in (1 − share) to the power of 10, which is
 * one case in 9 at a share of 0.2, and one in 1,000 at a half. What was missed was not confirmed, and is no trial.
 */
const kept: KeptRows = { kind, role: "embedding-cache", rows: "vectors", prompts: 10 };

export const cacheStaleVectors = fault({
  name: kind,
  about:
    "Has kept vectors be those of another model of equal length: users' questions find other passages, and no error.",
  wayBack: "writes back what still is as it left it, from a copy made before, and starts a replica that died of it",
  acts: "replica",
  needs: ["files", "answers", "backups"],
  wants: ["edits", "process", "replica"],
  params: z.strictObject({
    share: z
      .number()
      .min(0.2)
      .max(1)
      .default(0.5)
      .describe("Share of the vectors in use that are another model's: 0.2 to 1, 0.5 when absent."),
  }),
  example: { share: 0.5 },

  prepare: async ({ share }, site): Promise<KeptUndo> => prepareKept(kept, { share, mode: "other-axes" }, site),
  apply: async (_params, undo, site, signal) => damageKept(kept, undo, site, signal),
  observe: async ({ undo }, site, signal) => observeKept(kept, undo, site, signal),
  revert: async (undo, site, signal) => revertKept(kept, undo, site, signal),
  wrote: async (undo, site) => [await savedDamage(kind, undo, site)],
});
