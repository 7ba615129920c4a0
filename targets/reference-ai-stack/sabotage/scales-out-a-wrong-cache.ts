// The tempting remedy for wrong answers under load: one more replica, beside which the wrong one answers on.
import type { Defect } from "./defect.ts";
import { insteadOf, scaleOut } from "./instead-of.ts";

export const scalesOutAWrongCache: Defect = {
  name: "scales-out-a-wrong-cache",
  summary: "Adds a replica where the cache of one is wrong, and says so.",
  healer: insteadOf("clear-prefix-cache", scaleOut),
};
