// A hang behind a green health path: the deep look fails, the shallow one does not, and no token moves.
import { deepProbe } from "./sources.ts";
import { signal } from "./signal.ts";

export const completesNothing = signal({
  name: "completes-nothing",
  rule:
    "2 completions of one token not made within 1 s, no token is made or read after the first, /health answers within " +
    "500 ms",
  detector: deepProbe,
  certain: true,
  speaksFor: { "replica-hung": 30, "replica-down": 3, "replica-slow": 0.2 },
});
