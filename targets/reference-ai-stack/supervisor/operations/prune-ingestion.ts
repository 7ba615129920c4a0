// Has the ingestion let go of copies that nothing needs, so that its folder has room again.
import { tendIngestion } from "../tend-ingestion.ts";
import { operation, parseTexts } from "./operation.ts";

export const pruneIngestion = operation({
  name: "prune-ingestion",
  scope: "replica",
  parse: parseTexts(["replica"]),
  run: async ({ replica }, parts) => tendIngestion({ replica, verb: "prune", as: "prunings", body: {} }, parts),
});
