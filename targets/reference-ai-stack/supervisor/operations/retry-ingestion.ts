// Has the ingestion try the batch again that is at the head of its queue, whatever pause it has come to.
import { tendIngestion } from "../tend-ingestion.ts";
import { operation, parseTexts } from "./operation.ts";

export const retryIngestion = operation({
  name: "retry-ingestion",
  scope: "replica",
  parse: parseTexts(["replica"]),
  run: async ({ replica }, parts) => tendIngestion({ replica, verb: "retry", as: "retries", body: {} }, parts),
});
