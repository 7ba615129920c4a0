// What the healer did and cried over one trial, from the baseline to the end of observing.

import { z } from "zod";
import { count, instant, noun, type Frozen } from "../parts.ts";

const approvalSchema = z.enum(["granted", "denied", "expired", "requested", "none"]);
export type Approval = z.infer<typeof approvalSchema>;

const startedSchema = noun(
  "StartedActions",
  "Actions that the healer claims to have started, of one pathway and with one approval.",
  z.strictObject({
    pathway: z.string().nullable().describe("The pathway; null: the claim named none."),
    approval: approvalSchema.describe("How it stood with approval when it started, by the claims of its incident."),
    times: count.describe("How many."),
    at: instant.describe("Arrival of the first."),
  }),
);
export type StartedActions = Frozen<z.infer<typeof startedSchema>>;

export const actionsSchema = noun(
  "ActionFacts",
  "What the healer started and cried; absent in runs written before it was measured.",
  z.strictObject({
    started: z.array(startedSchema).describe("What it claims to have started."),
    unclaimed: z
      .boolean()
      .describe("In an arm with nothing to repair: the inventory changed, and no started action was claimed before."),
    strayAlarms: count.describe("Incidents detected after t0 whose scope holds no true site."),
  }),
);
export type ActionFacts = Frozen<z.infer<typeof actionsSchema>>;
