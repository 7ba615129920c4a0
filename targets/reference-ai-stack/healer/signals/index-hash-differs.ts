// The index file is not byte for byte what was written.
import { confirmIndex } from "./confirm-index.ts";
import { signal } from "./signal.ts";
import { index } from "./sources.ts";

export const indexHashDiffers = signal({
  name: "index-hash-differs",
  rule: "the file's hash ≠ its manifest's",
  detector: index,
  soft: { confirm: confirmIndex, probe: "a second look at the file, its rows and its answers" },
  speaksFor: { "index-damaged": 5 },
});
