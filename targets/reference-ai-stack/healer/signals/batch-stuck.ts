// The batch at the head of the ingestion's queue fails each time for what is in it.
import { ingestion } from "./sources.ts";
import { signal } from "./signal.ts";

export const batchStuck = signal({
  name: "batch-stuck",
  rule: "the same batch has failed 3 times at the head of the queue, for what is in it and not for want of an answer",
  detector: ingestion,
  speaksFor: { "document-poisonous": 30 },
});
