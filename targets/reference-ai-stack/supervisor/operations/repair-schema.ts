// Has records of a source be read with fields renamed: `from=to`, several with commas between.
import { tendIngestion } from "../tend-ingestion.ts";
import { operation, parseTexts } from "./operation.ts";

export const repairSchema = operation({
  name: "repair-schema",
  scope: "replica",
  parse: parseTexts(["replica", "source", "renaming"]),
  run: async ({ replica, source, renaming }, parts) => {
    const mapping = Object.fromEntries(renaming.split(",").map((pair: string) => pair.split("=")));
    return tendIngestion({ replica, verb: "repair-schema", as: "schemaRepairs", body: { source, mapping } }, parts);
  },
});
