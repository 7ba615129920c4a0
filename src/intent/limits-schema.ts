// The blast radius that an intent asks for.

import { z } from "zod";

const capWords = "a share above 0 and up to 1";

/** The key `limits` of an intent file. */
export const limitsSchema = z
  .strictObject({
    max_share: z
      .number(capWords)
      .gt(0, capWords)
      .max(1, capWords)
      .describe(
        "Most of a service's replicas that may be hit at once; 0.5 when absent, never more than the target says itself. 1 allows " +
          "`count: all`.",
      ),
  })
  .describe("The blast radius that this intent asks for.");
