// How long the loop waited for people: approvals that were asked for, and what came of them.

import { z } from "zod";
import { markSchema, spanSchema } from "../interval.ts";
import { noun, type Frozen } from "../parts.ts";

const waitSchema = noun(
  "ApprovalWait",
  "One approval that was asked for.",
  z.strictObject({
    incident: z.string().describe("The incident."),
    pathway: z.string().describe("The pathway that it was asked for, where one was named.").exactOptional(),
    outcome: z
      .enum(["granted", "denied", "expired", "waiting"])
      .describe("The answer; waiting: nobody had answered by the end of observing."),
    asked: markSchema.describe("When it was asked for."),
    answered: markSchema.describe("Absent while it is waited for.").exactOptional(),
    wait: spanSchema.describe("Asked → answered; while it is waited for, up to the end of observing."),
  }),
);
export type ApprovalWait = Frozen<z.infer<typeof waitSchema>>;

export const approvalsSchema = noun(
  "ApprovalFacts",
  "Approvals that the healer asked for after t0, by the claims alone; absent when it asked for none.",
  z.strictObject({
    waits: z.array(waitSchema).describe("Each of them."),
    total: spanSchema.describe("Time in which at least one approval was waited for."),
    inResolve: spanSchema
      .describe("The part of it that lies in [t2, t6], and so in “resolve once detected”; absent without both marks.")
      .exactOptional(),
  }),
);
export type ApprovalFacts = Frozen<z.infer<typeof approvalsSchema>>;
