// cache.stale-vectors: vectors that an embedder keeps are those that another model of equal length would have made.
// Proved by the file, and by having the same text embedded out of the cache and around it.

import { z } from "zod";
import { keptFault, keptPrompts, keptShare } from "../parts/kept-fault.ts";

export const cacheStaleVectors = keptFault({
  name: "cache.stale-vectors",
  about:
    "Has kept vectors be those of another model of equal length: users' questions find other passages, and no error.",
  role: "embedding-cache",
  rows: "vectors",
  prompts: keptPrompts,
  params: z.strictObject({ share: keptShare("vectors", "are another model's") }),
  example: { share: 0.5 },
  dose: { param: "share", unit: "share", mildest: 0.2, harshest: 1, scale: "linear" },
  damage: ({ share }) => ({ share, mode: "other-axes" }),
});
