// Answers of one version name symbols that stand neither in what they were given nor in the corpus.
import { answers } from "./sources.ts";
import { confirmVersion } from "./confirm-version.ts";
import { signal } from "./signal.ts";

export const symbolsInvented = signal({
  name: "symbols-invented",
  rule: "answers to users with a symbol or an id that the corpus does not have, by version: Bernoulli CUSUM, 1 % against 30 %",
  detector: answers,
  soft: { confirm: confirmVersion, probe: "golden questions in pairs with the last good version, at each replica" },
  speaksFor: { "model-regressed": 8 },
});
