// cache.poisoned-entry: an answer that is kept for one question is replaced by the one that is kept for another, in the
// cache's own file; proved by the file, and by asking the same question out of the cache and around it.

import { z } from "zod";
import { keptFault, keptPrompts, keptShare } from "../parts/kept-fault.ts";

export const cachePoisonedEntry = keptFault({
  name: "cache.poisoned-entry",
  about: "Has kept answers say what another question was answered, each of them valid: hits are wrong, misses right.",
  role: "answer-cache",
  rows: "entries",
  prompts: keptPrompts,
  params: z.strictObject({ share: keptShare("entries", "hold another one's answer") }),
  example: { share: 0.5 },
  dose: { param: "share", unit: "share", mildest: 0.2, harshest: 1, scale: "linear" },
  damage: ({ share }) => ({ share, mode: "swap" }),
});
