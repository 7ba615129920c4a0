// The shape of what target.yaml says of the pathways of its healer.

import { z } from "zod";
import { kebab, words } from "../language/schema-parts.ts";
import { seenKinds } from "../records/plan.ts";
import { tier } from "./people-schema.ts";

export const pathways = z
  .array(
    z.strictObject({
      name: kebab("Name of the pathway."),
      summary: words("What it does."),
      tier: tier
        .optional()
        .describe("How much it may break; an action of a high one must have been granted approval before it starts."),
      weight: z
        .number("a number such as 2")
        .gt(0)
        .max(100)
        .optional()
        .describe("Its share of the suite's score, relative to the others; 1 when absent."),
      seen_as: z
        .enum(seenKinds, `what can be seen from outside: ${seenKinds.join(", ")}`)
        .optional()
        .describe("What its action looks like in the inventory, by which it is known where nobody tells of actions."),
    }),
  )
  .max(200)
  .describe("The named ways in which the healer repairs.");
