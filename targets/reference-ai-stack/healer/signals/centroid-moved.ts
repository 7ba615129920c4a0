// The vectors that an index gives back have another middle than those of the record store: many of them are others.
import { confirmIndex } from "./confirm-index.ts";
import { signal } from "./signal.ts";
import { index } from "./sources.ts";

export const centroidMoved = signal({
  name: "centroid-moved",
  rule: "cosine below 0.9999 between the means of all vectors that the index gives back and of the record store's",
  detector: index,
  soft: { confirm: confirmIndex, probe: "a second look at the file, its rows and its answers" },
  speaksFor: { "index-damaged": 8 },
});
