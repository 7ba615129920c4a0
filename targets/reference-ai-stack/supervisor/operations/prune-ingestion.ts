// Has the ingestion let go of copies that nothing needs, so that its folder has room again.
import { tendIngestion } from "../tend-ingestion.ts";
import { operation, parseTexts } from "./operation.ts";

/** It reads and removes each copy, a few thousand a second; the healer's own limit for an operation is 35 s. */
const TIMEOUT_MS = 30_000;

export const pruneIngestion = operation({
  name: "prune-ingestion",
  scope: "replica",
  parse: parseTexts(["replica"]),
  run: async ({ replica }, parts) =>
    tendIngestion({ replica, verb: "prune", as: "prunings", body: {}, timeoutMs: TIMEOUT_MS }, parts),
});
