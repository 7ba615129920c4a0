// The index no longer finds the vectors that it holds.
import { confirmIndex } from "./confirm-index.ts";
import { signal } from "./signal.ts";
import { index } from "./sources.ts";

export const selfRetrievalLow = signal({
  name: "self-retrieval-low",
  rule: "its share 8 points below usual, twice",
  detector: index,
  soft: { confirm: confirmIndex, probe: "a second look at hash and self-retrieval" },
  speaksFor: { "index-damaged": 3 },
});
