// The index of one replica holds other content than the record store, in however few rows.
import { confirmIndex } from "./confirm-index.ts";
import { signal } from "./signal.ts";
import { index } from "./sources.ts";

export const replicaDigestsDiffer = signal({
  name: "replica-digests-differ",
  rule: "the digest over ids and vectors of all rows that the index gives back ≠ that of the record store; replicas whose index has the latter are named",
  detector: index,
  soft: { confirm: confirmIndex, probe: "a second look at the file, its rows and its answers" },
  speaksFor: { "index-damaged": 8 },
});
