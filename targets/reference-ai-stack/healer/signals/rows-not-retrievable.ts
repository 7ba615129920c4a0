// The record store counts rows that no search can find, or the index rows of which there is no record.
import { confirmIndex } from "./confirm-index.ts";
import { signal } from "./signal.ts";
import { index } from "./sources.ts";

export const rowsNotRetrievable = signal({
  name: "rows-not-retrievable",
  rule: "rows that a search can find ≠ rows of the record store",
  detector: index,
  soft: { confirm: confirmIndex, probe: "a second look at the file, its rows and its answers" },
  speaksFor: { "index-damaged": 8 },
});
