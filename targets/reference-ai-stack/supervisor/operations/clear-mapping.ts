// A person has records of a source be read as they come again: the way back from a renaming of fields.
import { tendIngestion } from "../tend-ingestion.ts";
import { operation, parseTexts } from "./operation.ts";

export const clearMapping = operation({
  name: "clear-mapping",
  scope: "replica",
  right: "approve",
  parse: parseTexts(["replica", "source"]),
  run: async ({ replica, source }, parts, by) =>
    tendIngestion({ replica, verb: "clear-mapping", as: "clearedMappings", body: { source, by } }, parts),
});
