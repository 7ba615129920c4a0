// The disk takes nothing more of what arrives at the ingestion: it lies with its producers, and nothing fails.
import { ingestion } from "./sources.ts";
import { signal } from "./signal.ts";

export const intakeRefused = signal({
  name: "intake-refused",
  rule: "the disk refuses what lies in a source, by the ingestion's own word, for 1.5 s without a break",
  detector: ingestion,
  speaksFor: { "intake-full": 30 },
});
