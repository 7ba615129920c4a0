// A replica says that too much is asked of it. That is no failure, and nothing here would make it go away.
import { backends } from "./sources.ts";
import { signal } from "./signal.ts";

export const turnsAway = signal({
  name: "turns-away",
  rule: "429 for 8 and 30 % of its requests within 4 s",
  detector: backends,
  speaksFor: { throttled: 8 },
  onlyAlone: true,
});
