// The index no longer finds the vectors that it holds.
import { confirmIndex } from "./confirm-index.ts";
import { signal } from "./signal.ts";
import { index } from "./sources.ts";

export const selfRetrievalLow = signal({
  name: "self-retrieval-low",
  rule: "Bernoulli CUSUM over the rows that do not find themselves, made to see 5 %",
  detector: index,
  soft: { confirm: confirmIndex, probe: "a second look at hash and self-retrieval" },
  speaksFor: { "index-damaged": 3 },
});
