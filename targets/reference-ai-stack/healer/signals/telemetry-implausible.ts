// Numbers that cannot be true. Nothing is done about what they say; a person hears of it.
import { signal } from "./signal.ts";
import { metrics } from "./sources.ts";

export const telemetryImplausible = signal({
  name: "telemetry-implausible",
  rule: "twice in 10 s: e2e ≠ queue + prefill + decode, ratio > 1.5, median > 1000 s, negative, not finite; a count that fell without a restart",
  detector: metrics,
  speaksFor: { "telemetry-failing": 20 },
});
