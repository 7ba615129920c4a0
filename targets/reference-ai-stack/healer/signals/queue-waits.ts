// The ingestion still pauses for a service that is well again.
import { ingestion } from "./sources.ts";
import { signal } from "./signal.ts";

export const queueWaits = signal({
  name: "queue-waits",
  rule: "the queue pauses for more than 1.5 s, for want of an answer, though embedder and vector replicas have been well for 2 s, by the ingestion's own looks too; those are believed for 30 s",
  detector: ingestion,
  speaksFor: { "ingestion-waiting": 30 },
});
