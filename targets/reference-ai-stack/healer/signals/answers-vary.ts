// The same question gets another answer than before, by the same version with the same passages.
import { variability } from "./sources.ts";
import { signal } from "./signal.ts";

export const answersVary = signal({
  name: "answers-vary",
  rule: "answers to a question that the same version has answered before, with the same passages: another text; Bernoulli CUSUM, 1 % against 30 %",
  detector: variability,
  opinion: true,
  speaksFor: { "model-regressed": 1.5, "cache-corrupt": 1.5 },
});
