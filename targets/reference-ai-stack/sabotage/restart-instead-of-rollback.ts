// The tempting remedy for a bad version: a restart, after which each replica loads the same versions again.
import type { Defect } from "./defect.ts";
import { insteadOf, restart } from "./instead-of.ts";

export const restartInsteadOfRollback: Defect = {
  name: "restart-instead-of-rollback",
  summary: "Restarts a replica where a version of the model is worse than the one before, and says so.",
  healer: insteadOf("rollback-model", restart),
};
