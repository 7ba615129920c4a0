// A person takes a source out of quarantine: what waited there is tried again in its order, and more is taken.
import { tendIngestion } from "../tend-ingestion.ts";
import { operation, parseTexts } from "./operation.ts";

export const liftQuarantine = operation({
  name: "lift-quarantine",
  scope: "replica",
  right: "approve",
  parse: parseTexts(["replica", "source"]),
  run: async ({ replica, source }, parts, by) =>
    tendIngestion({ replica, verb: "lift-quarantine", as: "liftedQuarantines", body: { source, by } }, parts),
});
