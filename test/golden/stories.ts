// Trials whose truth is known because we tell it: one for every way in which a trial can end.

import { controls, controlsTruths } from "./controls.ts";
import { detection, detectionTruths } from "./detection.ts";
import { healing, healingTruths } from "./healing.ts";
import { leftBehind, leftBehindTruths } from "./left-behind.ts";
import { records, recordsTruths } from "./records.ts";
import { unseen, unseenTruths } from "./unseen.ts";
import { withoutAction, withoutActionTruths } from "./without-action.ts";
import type { Truth } from "./parts.ts";

/** The stories by name. */
export const stories = {
  ...healing,
  ...records,
  ...detection,
  ...unseen,
  ...leftBehind,
  ...withoutAction,
  ...controls,
};

export type StoryName = keyof typeof stories;

/** What must be concluded of each. */
export const truths: Record<StoryName, Truth> = {
  ...healingTruths,
  ...recordsTruths,
  ...detectionTruths,
  ...unseenTruths,
  ...leftBehindTruths,
  ...withoutActionTruths,
  ...controlsTruths,
};
