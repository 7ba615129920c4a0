// The index no longer finds the vectors that it holds.
import { confirmIndex } from "./confirm-index.ts";
import { signal } from "./signal.ts";
import { index } from "./sources.ts";

export const selfRetrievalLow = signal({
  name: "self-retrieval-low",
  rule: "Bernoulli CUSUM over the rows that do not find themselves, by vectors held outside the index or by those that it gives back, made to see 5 %",
  detector: index,
  soft: { confirm: confirmIndex, probe: "a second look at the file, its rows and its answers" },
  speaksFor: { "index-damaged": 3 },
});
