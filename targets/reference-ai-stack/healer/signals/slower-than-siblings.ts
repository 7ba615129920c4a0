// One replica's answers got slow while its siblings' did not. Statistics alone: active checks have to see the same.
import { latencyDetector } from "../detection/latency-detector.ts";
import { confirmSlow, SLOW_PROBE } from "./confirm-slow.ts";
import { signal, source } from "./signal.ts";

export const slowerThanSiblings = signal({
  name: "slower-than-siblings",
  rule:
    "medians of the answers between looks, robust z-score capped at 4, CUSUM k = 1, late requests counted while they wait; " +
    "and 100 ms and 50 % above its siblings",
  detector: source(latencyDetector),
  soft: { confirm: confirmSlow, probe: SLOW_PROBE },
  fromBelow: true,
  // A full KV memory explains late answers, and so does a leak. One whose answers fail may be late besides.
  speaksFor: {
    "replica-slow": 8,
    "resource-exhausting": 1,
    "backend-failing": 0.5,
    "kv-exhausted": 0.4,
    "replica-down": 0.2,
  },
});
