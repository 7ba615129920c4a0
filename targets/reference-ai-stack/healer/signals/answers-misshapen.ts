// Answers that no healthy index gives, whatever was searched for.
import { confirmIndex } from "./confirm-index.ts";
import { signal } from "./signal.ts";
import { index } from "./sources.ts";

export const answersMisshapen = signal({
  name: "answers-misshapen",
  rule: "an answer with too few hits, an id that nobody stored, or one twice; half of all answers one and the same",
  detector: index,
  soft: { confirm: confirmIndex, probe: "a second look at the file, its rows and its answers" },
  speaksFor: { "index-damaged": 5 },
});
