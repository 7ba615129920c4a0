// A producer calls a batch back: it leaves the queue, or what it changed is taken back. No repair, and not counted as
// one.
import { tendIngestion } from "../tend-ingestion.ts";
import { operation, parseTexts } from "./operation.ts";

export const withdrawBatch = operation({
  name: "withdraw-batch",
  scope: "replica",
  parse: parseTexts(["replica", "source", "batch"]),
  run: async ({ replica, source, batch }, parts) =>
    tendIngestion({ replica, verb: "withdraw", as: null, body: { source, batch } }, parts),
});
