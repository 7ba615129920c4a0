// How many trials an intent asks for.

import { z } from "zod";
import { defaultWidth } from "../core/stopping-rule.ts";
import { duration } from "../language/schema-parts.ts";

const mostTrials = 100;
const widthWords = "a width above 0 and up to 1, such as 0.5";

/** The key `trials` of an intent file. */
export const trialsSchema = z
  .union([
    z.int("a whole number").min(1).max(mostTrials).describe("So many, whatever comes out."),
    z
      .strictObject({
        least: z
          .int("a whole number")
          .min(1)
          .max(mostTrials)
          .optional()
          .describe("Never fewer than this; 2 when absent."),
        most: z.int("a whole number").min(1).max(mostTrials).describe("Never more than this."),
        width: z
          .number(widthWords)
          .gt(0, widthWords)
          .max(1, widthWords)
          .optional()
          .describe(
            "Not enough before the interval of the recovery rate is no wider than this. When absent: only the comparison with the other " +
              `arms is asked for, or ${defaultWidth} where there is none.`,
          ),
        budget: duration("No further block begins once the intent's trials took this long together.").optional(),
      })
      .describe(
        "As many as are needed to tell the arms apart (or that they cannot be told), decided after each block of one trial in each arm.",
      ),
  ])
  .describe(
    "Trials in each arm: a number (1 when absent), or as many as are needed: `{ least: 4, most: 20, width: 0.5, budget: 20m }`.",
  );
