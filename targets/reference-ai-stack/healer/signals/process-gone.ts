// Nobody listens, or no process runs: the hard probe's own finding.
import { signal } from "./signal.ts";
import { pulse } from "./sources.ts";

export const processGone = signal({
  name: "process-gone",
  rule: "no pid or connection refused, 2 misses over ≥ 0.3 s",
  detector: pulse,
  speaksFor: { "replica-down": 20 },
});
