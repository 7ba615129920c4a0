// The tempting remedy for a queue: a restart, which throws away what waits and adds no slot.
import type { Defect } from "./defect.ts";
import { insteadOf, restart } from "./instead-of.ts";

export const restartInsteadOfShedding: Defect = {
  name: "restart-instead-of-shedding",
  summary: "Restarts a replica where more is asked than all of them can do, and says so.",
  healer: insteadOf("shed-load", restart),
};
