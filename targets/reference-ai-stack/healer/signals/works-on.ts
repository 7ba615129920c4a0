// The look-alike of a hang: what is asked now has to wait, because the replica is busy with long work.
import { deepProbe } from "./sources.ts";
import { signal } from "./signal.ts";

export const worksOn = signal({
  name: "works-on",
  rule: "the same completions missing while its tokens move",
  detector: deepProbe,
  speaksFor: { "long-work": 8, "kv-exhausted": 1, "replica-slow": 0.4 },
});
