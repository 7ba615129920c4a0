// Nobody listens, or no process runs: the hard probe's own finding.
import { signal } from "./signal.ts";
import { pulse } from "./sources.ts";

export const processGone = signal({
  name: "process-gone",
  rule: "2 misses: no pid over ≥ 40 ms, or connection refused over ≥ 0.3 s",
  detector: pulse,
  certain: true,
  speaksFor: { "replica-down": 20 },
});
