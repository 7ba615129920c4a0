// The scripted operator of an intent file.

import { z } from "zod";
import { armNames } from "../core/arms.ts";
import { operatorPattern, operatorWords } from "../core/operator.ts";

const wholeWords = `${operatorWords}; a list of them, one a trial; or either of these by arm`;

const script = z
  .string(operatorWords)
  .regex(operatorPattern, operatorWords)
  .describe("`approve`, `deny` (at once, or `after 5 s`; `by 2`: two people) or `absent`.");

const scripts = z
  .array(script, operatorWords)
  .min(1, "at least one script")
  .max(100, "at most 100 scripts")
  .describe("One a trial, in turn: trial 1 has the first, and after the last comes the first again.");

const byArm = z
  .partialRecord(z.enum(armNames), z.union([script, scripts]).describe("The script of this arm."))
  .describe("By arm; one that is absent has no operator.");

/** The key `operator`. */
export const operatorSchema = z
  .union([script, scripts, byArm], wholeWords)
  .describe(
    "What a person does whenever the healer asks for approval: `approve after 5 s`, `deny`, `absent`; a list has one a trial, and " +
      "arms may differ. When absent nobody answers.",
  );
