// A batch that was published says the same in most of its documents: something else stands there than what was there.
// Or its documents lie nearer to questions than the passages that these are to find.
import { ingestion } from "./sources.ts";
import { signal } from "./signal.ts";

export const batchSuspect = signal({
  name: "batch-suspect",
  rule: "of a batch that is published half of the documents, 3 of its source in 10 minutes, say nearly the same; or by those of its source 5 of 240 known questions have lost their passage: 4 lie nearer to each",
  detector: ingestion,
  speaksFor: { "batch-poisoned": 30 },
});
