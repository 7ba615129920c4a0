// One replica gets slower little by little, and its own baseline with it.
import { creepDetector } from "../detection/creep-detector.ts";
import { confirmSlow, SLOW_PROBE } from "./confirm-slow.ts";
import { signal, source } from "./signal.ts";

export const latencyCreeps = signal({
  name: "latency-creeps",
  rule:
    "EWMA 0.05 of its distance to its siblings in bins of 2 s, against that of its first minute; " +
    "and 100 ms and 50 % above its siblings",
  detector: source(creepDetector),
  soft: { confirm: confirmSlow, probe: SLOW_PROBE },
  fromBelow: true,
  speaksFor: { "replica-slow": 6, "resource-exhausting": 1, "replica-down": 0.2 },
});
