// Has the ingestion embed more documents by one call, or fewer.
import { tendIngestion } from "../tend-ingestion.ts";
import { operation, parseTexts } from "./operation.ts";

export const scaleIngestion = operation({
  name: "scale-ingestion",
  scope: "replica",
  parse: parseTexts(["replica", "atOnce"]),
  run: async ({ replica, atOnce }, parts) =>
    tendIngestion({ replica, verb: "scale", as: "scalings", body: { atOnce: Number(atOnce) } }, parts),
});
