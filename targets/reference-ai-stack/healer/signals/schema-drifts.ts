// Records of a source have another form than was agreed.
import { ingestion } from "./sources.ts";
import { signal } from "./signal.ts";

export const schemaDrifts = signal({
  name: "schema-drifts",
  rule: "2 attempts at the head of the queue failed because a record has another form",
  detector: ingestion,
  speaksFor: { "schema-drifted": 30 },
});
