// Nothing is taken from a source any more, and nothing fails: who holds it is gone.
import { ingestion } from "./sources.ts";
import { signal } from "./signal.ts";

export const sourceHeld = signal({
  name: "source-held",
  rule: "batches lie in a source longer than documents may wait, behind a hold that its producer has not renewed for 3 s",
  detector: ingestion,
  speaksFor: { "delivery-stalled": 30 },
});
