// Nothing more is taken from a source, and what came from it since it was suspect is taken back.
import { tendIngestion } from "../tend-ingestion.ts";
import { operation, parseTexts } from "./operation.ts";

export const quarantineSource = operation({
  name: "quarantine-source",
  scope: "replica",
  parse: parseTexts(["replica", "source"]),
  run: async ({ replica, source }, parts) =>
    tendIngestion({ replica, verb: "quarantine", as: "quarantines", body: { source } }, parts),
});
