// People work on a replica on purpose, and have said so.
import { maintenance } from "./sources.ts";
import { signal } from "./signal.ts";

export const underMaintenance = signal({
  name: "under-maintenance",
  rule: "the inventory says so; meanwhile nothing else is held against the replica",
  detector: maintenance,
  speaksFor: { "planned-work": 20 },
  explains: true,
});
