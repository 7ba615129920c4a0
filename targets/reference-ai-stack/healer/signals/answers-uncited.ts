// Answers of one version do not cite the passages that they were given.
import { answers } from "./sources.ts";
import { confirmVersion } from "./confirm-version.ts";
import { signal } from "./signal.ts";

export const answersUncited = signal({
  name: "answers-uncited",
  rule: "answers to users that cite none of their passages, by version: Bernoulli CUSUM, 1 % against 30 %",
  detector: answers,
  soft: { confirm: confirmVersion, probe: "golden questions in pairs with the last good version, at each replica" },
  speaksFor: { "model-regressed": 8 },
});
