// One group of users is served later than the others, by all that answer them.
import { variability } from "./sources.ts";
import { signal } from "./signal.ts";

export const usersDiffer = signal({
  name: "users-differ",
  rule: "first bytes of one of 8 groups of users, by `user` or what they ask about, against the last 2 of others: as answers-slower; at most half of the groups",
  detector: variability,
  opinion: true,
  speaksFor: { "replica-slow": 1.5 },
});
