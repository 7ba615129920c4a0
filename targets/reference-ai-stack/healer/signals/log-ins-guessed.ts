// Somebody guesses at the gateway's door.
import { sources } from "./sources.ts";
import { signal } from "./signal.ts";

export const logInsGuessed = signal({
  name: "log-ins-guessed",
  rule: "from one source 12 different wrong log-ins or keys within 4 s, and no more than a fifth of its log-ins right; counted by the gateway",
  detector: sources,
  speaksFor: { "brute-force": 30 },
});
