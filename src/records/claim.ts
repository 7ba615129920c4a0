// What a healer says, as it publishes it and as the timeline keeps it.

import { z } from "zod";
import { json, noun, type Frozen } from "./parts.ts";

/** What a healer may claim, in the order of an incident's life. On the wire `healing.incident.` stands before it. */
export const claimTypes = [
  "detected",
  "classified",
  "decided",
  "approval.requested",
  "approval.granted",
  "approval.denied",
  "approval.expired",
  "action.started",
  "action.finished",
  "verified",
  "closed",
  "escalated",
  "held",
] as const;
export type ClaimType = (typeof claimTypes)[number];

/** A name in a claim: 1 to 200 characters. */
export const claimName = z.string().min(1).max(200);
/** A sentence in a claim. */
export const claimWords = z.string().max(2_000);
const confidence = z.number().min(0).max(1);

const scopeSchema = z.strictObject({
  service: claimName.describe("The service that it is about.").exactOptional(),
  replica: claimName.describe("The replica that it is about; absent: the whole service.").exactOptional(),
});

const runnerUpSchema = noun(
  "RunnerUp",
  "A class that a healer held for less likely than the one that it claimed.",
  z.strictObject({
    class: claimName.describe("The class."),
    confidence: confidence.describe("Its confidence in that class, 0 to 1."),
  }),
);
export type RunnerUp = Frozen<z.infer<typeof runnerUpSchema>>;
const mostRunnersUp = 20;

const placeSchema = z.strictObject({
  service: claimName.describe("The service."),
  replica: claimName.describe("The replica; absent: the whole service.").exactOptional(),
});
const signalSchema = z.strictObject({
  name: claimName.describe("The signal."),
  scope: placeSchema.describe("Where it was seen."),
  says: claimWords.describe("What was seen, in the healer's words."),
});
const edgeSchema = z.strictObject({
  from: claimName.describe("The service that calls."),
  to: claimName.describe("The service that is called."),
});
const changeSchema = z.strictObject({
  at: claimWords.describe("When, on the healer's or the target's clock; never used for marks."),
  what: claimWords.describe("What was changed."),
  by: claimName.describe("Who did it."),
});
const mostSteps = 50;

const evidencePathSchema = noun(
  "EvidencePath",
  "How a healer came to its class: signals, edges of its service graph, recent changes, and the root that they lead to.",
  z.strictObject({
    root: placeSchema.describe("Where the trouble comes from, in the healer's judgement."),
    signals: z.array(signalSchema).max(mostSteps).describe("What it saw."),
    edges: z
      .array(edgeSchema)
      .max(mostSteps)
      .describe("Calls from service to service, from where users come in down to the root's service."),
    changes: z.array(changeSchema).max(mostSteps).describe("What was changed on the way before."),
  }),
);
export type EvidencePath = Frozen<z.infer<typeof evidencePathSchema>>;

/** An evidence path as it arrives: fields beyond these are left out. */
export const publishedEvidencePath = z.object({
  root: placeSchema.strip(),
  signals: z.array(signalSchema.extend({ scope: placeSchema.strip() }).strip()).max(mostSteps),
  edges: z.array(edgeSchema.strip()).max(mostSteps),
  changes: z.array(changeSchema.strip()).max(mostSteps),
});

/** What the contract has in `data` of an event; a field that is added here is read and kept without more. */
export const claimData = {
  incident: claimName.describe("The incident that it belongs to."),
  scope: scopeSchema.describe("What of the target it is about; empty: all of it."),
  class: claimName.describe("What the healer takes the trouble for.").exactOptional(),
  confidence: confidence.describe("Its confidence in the class, 0 to 1.").exactOptional(),
  pathway: claimName.describe("The way of repairing that it chose, started or finished.").exactOptional(),
  action: claimName.describe("The step of the pathway.").exactOptional(),
  outcome: claimName.describe("How it went, in the healer's words.").exactOptional(),
  reasons: z.array(claimWords).max(100).describe("Why, in the healer's words."),
};

/** How old what a claim rests on may be, as it arrives: ms, a day at most. */
export const publishedFreshMs = z.number().min(0).max(86_400_000);

export const claimSchema = noun(
  "Claim",
  "One statement of the healer. It is shown and timed by its arrival; it never makes a trial pass.",
  z.strictObject({
    type: z.enum(claimTypes).describe("What is claimed."),
    id: claimName.describe("The event's own id."),
    time: claimWords.describe("The healer's own clock, as it wrote it; never used for marks."),
    ...claimData,
    runnersUp: z
      .array(runnerUpSchema)
      .max(mostRunnersUp)
      .describe("Classes that it held for less likely, with the confidence in each; absent when it named none.")
      .exactOptional(),
    evidence: evidencePathSchema
      .describe("How it came to the class; absent when it published no path.")
      .exactOptional(),
    freshMs: publishedFreshMs
      .describe("What it rests on may be older by this, as the healer says; absent when it says nothing of that.")
      .exactOptional(),
    more: z
      .record(z.string(), json)
      .describe("What the event said beyond the contract, bounded, likely secrets left out. Decides nothing.")
      .exactOptional(),
  }),
);
export type Claim = Frozen<z.infer<typeof claimSchema>>;

/** `data` of an event as it arrives: fields beyond the contract are left out (and kept elsewhere, as `more`). */
export const publishedClaimData = z.object({ ...claimData, scope: scopeSchema.strip() });

/** Classes that it held for less likely, as they arrive. */
export const publishedRunnersUp = z.array(runnerUpSchema.strip()).max(mostRunnersUp);
