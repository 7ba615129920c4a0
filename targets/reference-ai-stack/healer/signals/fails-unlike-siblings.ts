// One replica fails or cuts what its siblings answer: whatever the reason, users are better off without it.
import { backends } from "./sources.ts";
import { signal } from "./signal.ts";

export const failsUnlikeSiblings = signal({
  name: "fails-unlike-siblings",
  rule:
    "how its exchanges ended, cut answers counted: as errors-high, from 8 within 4 s on, " +
    "while at most 10 % of its siblings' fail; 429 does not count",
  detector: backends,
  fromBelow: true,
  speaksFor: { "backend-failing": 8, "replica-down": 1, "index-damaged": 0.3, "resource-exhausting": 0.3 },
});
