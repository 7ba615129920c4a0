// cache.error-cached: the body of an error stands where an answer is kept, as where a cache stores whatever comes.
// Proved by the file, and by asking the same question out of the cache and around it.

import { z } from "zod";
import { keptFault, keptPrompts, keptShare } from "../parts/kept-fault.ts";

export const cacheErrorCached = keptFault({
  name: "cache.error-cached",
  about: "Has kept answers be an error body: who asks again gets the error with status 200, long after it is over.",
  role: "answer-cache",
  rows: "entries",
  prompts: keptPrompts,
  params: z.strictObject({ share: keptShare("entries", "become an error") }),
  example: { share: 0.5 },
  dose: { param: "share", unit: "share", mildest: 0.2, harshest: 1, scale: "linear" },
  damage: ({ share }) => ({ share, mode: "error-body" }),
});
