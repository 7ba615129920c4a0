// No replica can be seen at all: the healer doubts its own sight.
import { signal } from "./signal.ts";
import { pulse } from "./sources.ts";

export const everythingDark = signal({
  name: "everything-dark",
  rule: "no replica at all can be seen",
  detector: pulse,
  speaksFor: {},
});
