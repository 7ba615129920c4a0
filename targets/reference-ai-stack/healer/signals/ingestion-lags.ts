// Documents arrive faster than they are published: the oldest waits longer than it may, though batch after batch is
// done.
import { ingestion } from "./sources.ts";
import { signal } from "./signal.ts";

export const ingestionLags = signal({
  name: "ingestion-lags",
  rule: "the oldest batch has waited longer than documents may, none fails, and 1.5 s after the next batch came to the head that is still so",
  detector: ingestion,
  speaksFor: { "ingestion-lagging": 30 },
});
