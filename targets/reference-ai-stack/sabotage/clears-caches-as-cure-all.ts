// The tempting remedy for whatever is wrong with answers: to clear a cache. It costs little, looks like something, and
// leaves what is wrong as it is.
import type { Defect } from "./defect.ts";
import { clearKept, insteadOfAny } from "./instead-of.ts";

export const clearsCachesAsCureAll: Defect = {
  name: "clears-caches-as-cure-all",
  summary: "Clears the embedder's cache whatever the class, and says so.",
  healer: insteadOfAny(clearKept),
};
