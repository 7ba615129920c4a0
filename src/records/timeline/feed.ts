// The target's incident feed: its own life, and the claims that come by it.

import { z } from "zod";
import { claimSchema } from "../claim.ts";
import { instant, noun, type Frozen } from "../parts.ts";

export const feedEventSchema = noun(
  "FeedEvent",
  "The feed's own life.",
  z.strictObject({
    kind: z.literal("feed"),
    at: instant.describe("When it was seen."),
    state: z
      .enum(["open", "alive", "lost", "refused"])
      .describe("Opened; still there (a heartbeat or an event arrived); lost; or refused: it did not open."),
    reason: z.string().describe("With lost and refused; absent in runs written before it was kept.").exactOptional(),
  }),
);
export type FeedEvent = Frozen<z.infer<typeof feedEventSchema>>;

export const claimEventSchema = noun(
  "ClaimEvent",
  "One event of the target's incident feed: a claim of the healer.",
  z.strictObject({
    kind: z.literal("claim"),
    at: instant.describe("When it arrived."),
    claim: claimSchema,
  }),
);
export type ClaimEvent = Frozen<z.infer<typeof claimEventSchema>>;
