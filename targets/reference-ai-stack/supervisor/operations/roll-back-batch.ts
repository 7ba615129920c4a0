// Has the ingestion take back what one batch has changed: the checkpoint before it, with all that is newer kept.
import { tendIngestion } from "../tend-ingestion.ts";
import { operation, parseTexts } from "./operation.ts";

export const rollBackBatch = operation({
  name: "roll-back-batch",
  scope: "replica",
  parse: parseTexts(["replica", "batch"]),
  run: async ({ replica, batch }, parts) =>
    tendIngestion({ replica, verb: "roll-back", as: "rollBacks", body: { seq: Number(batch) } }, parts),
});
