// The index holds other vectors than the record store, whatever its hash says.
import { confirmIndex } from "./confirm-index.ts";
import { signal } from "./signal.ts";
import { index } from "./sources.ts";

export const storedVectorsDiffer = signal({
  name: "stored-vectors-differ",
  rule: "a checked row whose vector in the index is another than in the record store",
  detector: index,
  soft: { confirm: confirmIndex, probe: "a second look at the file, its rows and its answers" },
  speaksFor: { "index-damaged": 8 },
});
