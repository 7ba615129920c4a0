// Replicas that store the same documents hold other texts or vectors of them. Nothing here can tell which are right: a
// person is asked.
import { signal } from "./signal.ts";
import { index } from "./sources.ts";

export const recordsApart = signal({
  name: "records-apart",
  rule: "in 2 looks, the digest over ids, texts and vectors of a replica's record store ≠ that of each sibling with the same ids, versions and models",
  detector: index,
  speaksFor: {},
});
