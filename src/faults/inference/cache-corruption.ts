// cache.corruption: damages what one replica has cached of prompts, in place; proved by asking it the same prompts
// twice, with the cache and around it.

import { z } from "zod";
import { keptFault, keptShare } from "../parts/kept-fault.ts";

export const cacheCorruption = keptFault({
  name: "cache.corruption",
  about: "Damages a seeded share of the blocks that one replica has cached of prompts: hits are wrong, misses right.",
  role: "prefix-cache",
  rows: "blocks",
  // They fill 4 whole blocks each; the chance that a damage misses all 20 is (1 − share) to the power of 20: one in 87
  // at a share of 0.2, one in 3,300 at a third, one in a million at a half.
  prompts: 5,
  params: z.strictObject({
    share: keptShare("blocks", "is damaged"),
    mode: z
      .enum(["zero", "noise", "flip", "swap"])
      .default("noise")
      .describe(
        "What stands in the damaged blocks: noise (when absent), zeros, some of their bytes inverted, or what another of them held (swap), so that one request is answered from what was read for another.",
      ),
  }),
  example: { share: 0.5 },
  dose: { param: "share", unit: "share", mildest: 0.2, harshest: 1, scale: "linear" },
  damage: (params) => params,
});
