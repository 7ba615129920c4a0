// The tempting remedy for KV memory that is full: to clear the cache, which frees nothing that a running request holds.
import type { Defect } from "./defect.ts";
import { clearCache, insteadOf } from "./instead-of.ts";

export const clearsInsteadOfDraining: Defect = {
  name: "clears-instead-of-draining",
  summary: "Clears the prefix cache of a replica that long prompts fill, and says so.",
  healer: insteadOf("redistribute-traffic", clearCache),
};
