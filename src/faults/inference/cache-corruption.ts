// cache.corruption: damages what one replica has cached of prompts, in place; proved by asking it the same prompts
// twice, with the cache and around it.

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

const kind = "cache.corruption";
/**
 * Prompts of ours that are asked twice. They fill 4 whole blocks each; the chance that a damage misses all 20 is
 * (1 − share) to the power of 20: one in 87 at a share of 0.2, one in 3,300 at a third, one in a million at a half.
 */
const blocks: KeptRows = { kind, role: "prefix-cache", rows: "blocks", prompts: 5 };
/** Below it the harm would often be done and not be seen: with a share of 0.05 in 36 cases of 100. */
const leastShare = 0.2;

export const cacheCorruption = fault({
  name: kind,
  about: "Damages a seeded share of the blocks that one replica has cached of prompts: hits are wrong, misses right.",
  wayBack: "writes back what still is as it left it, from a copy made before, and starts a replica that died of it",
  acts: "replica",
  needs: ["files", "answers", "backups"],
  wants: ["edits", "process", "replica"],
  params: z.strictObject({
    share: z
      .number()
      .min(leastShare)
      .max(1)
      .default(0.5)
      .describe("Share of the blocks in use that is damaged: 0.2 to 1, 0.5 when absent."),
    mode: z
      .enum(["zero", "noise", "flip", "swap"])
      .default("noise")
      .describe(
        "What stands in the damaged blocks: noise (when absent), zeros, some of their bytes inverted, or what another of them held (swap), so that one request is answered from what was read for another.",
      ),
  }),
  example: { share: 0.5 },

  prepare: async (params, site): Promise<KeptUndo> => prepareKept(blocks, params, site),
  apply: async (_params, undo, site, signal) => damageKept(blocks, undo, site, signal),
  observe: async ({ undo }, site, signal) => observeKept(blocks, undo, site, signal),
  revert: async (undo, site, signal) => revertKept(blocks, undo, site, signal),
  wrote: async (undo, site) => [await savedDamage(kind, undo, site)],
});
