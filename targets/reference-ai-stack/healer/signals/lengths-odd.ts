// Vectors that an index gives back are neither as long as the record store's nor as long as 1: zeroed, or no numbers.
import { confirmIndex } from "./confirm-index.ts";
import { signal } from "./signal.ts";
import { index } from "./sources.ts";

export const lengthsOdd = signal({
  name: "lengths-odd",
  rule: "a row whose vector in the index is not there, or by more than 1 % neither as long as the record store's nor as long as 1",
  detector: index,
  soft: { confirm: confirmIndex, probe: "a second look at the file, its rows and its answers" },
  speaksFor: { "index-damaged": 8 },
});
