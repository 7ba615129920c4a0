// The gateway answers the same question otherwise out of the answers that it keeps than anew: what it keeps is wrong.
import { confirmTwice } from "./hit-differs-from-miss.ts";
import { signal } from "./signal.ts";
import { twice } from "./sources.ts";

export const keptAnswerDiffers = signal({
  name: "kept-answer-differs",
  rule: "while users ask, 2 of 20 questions of the healer's own in turn and one that a user was given a kept answer to, each asked out of the gateway's kept answers and around them: an answer differs",
  detector: twice,
  soft: { confirm: confirmTwice, probe: "both once more" },
  speaksFor: { "cache-wrong": 30 },
  // An index or a replica that answers wrong makes the new answer differ, and not the kept one.
  fromBelow: true,
});
