// Batches are taken again from a source whose producer died while it held it.
import { tendIngestion } from "../tend-ingestion.ts";
import { operation, parseTexts } from "./operation.ts";

export const releaseSource = operation({
  name: "release-source",
  scope: "replica",
  parse: parseTexts(["replica", "source"]),
  run: async ({ replica, source }, parts) =>
    tendIngestion({ replica, verb: "release", as: "releases", body: { source } }, parts),
});
