// Puts the document that fails each time on the shelf of dead letters; its batch goes on without it.
import { tendIngestion } from "../tend-ingestion.ts";
import { operation, parseTexts } from "./operation.ts";

export const deadLetter = operation({
  name: "dead-letter",
  scope: "replica",
  parse: parseTexts(["replica", "batch"]),
  run: async ({ replica, batch }, parts) =>
    tendIngestion({ replica, verb: "dead-letter", as: "deadLetters", body: { seq: Number(batch) } }, parts),
});
