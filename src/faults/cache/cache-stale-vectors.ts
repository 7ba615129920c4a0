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
  damage: ({ share }) => ({ share, mode: "other-axes" }),
});
