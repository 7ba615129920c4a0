// What the scripted operator answered when the healer asked.

import { z } from "zod";
import { instant, noun, type Frozen } from "../parts.ts";

export const operatorEventSchema = noun(
  "OperatorEvent",
  "The scripted operator answered an approval that the healer had asked for.",
  z.strictObject({
    kind: z.literal("operator"),
    at: instant.describe("When the target had answered, or it was given up."),
    from: instant.describe("When the answer was sent."),
    question: z.string().describe("Id of the claim that asked."),
    incident: z.string().describe("The incident."),
    pathway: z.string().describe("The pathway that was asked for, where one was named.").exactOptional(),
    does: z.enum(["approve", "deny"]).describe("The answer."),
    person: z.number().describe("Who gave it, counted from 1."),
    ok: z.boolean().describe("The target took it."),
    reason: z.string().describe("What the target answered, or why there was no answer."),
  }),
);
export type OperatorEvent = Frozen<z.infer<typeof operatorEventSchema>>;
