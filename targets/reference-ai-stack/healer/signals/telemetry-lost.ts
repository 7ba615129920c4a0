// A replica is well and its metrics cannot be read: the healer is blind there, which is not the same as all being well.
import { signal } from "./signal.ts";
import { metrics } from "./sources.ts";

export const telemetryLost = signal({
  name: "telemetry-lost",
  rule: "3 s without a reading of a replica that is well (unreachable, 401, no series, too old), or a series that vanished",
  detector: metrics,
  speaksFor: { "telemetry-failing": 20 },
});
