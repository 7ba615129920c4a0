// The target's incident feed: its own life, and the claims that come by it.

import { z } from "zod";
import { claimSchema } from "../claim.ts";
import { instant, ms, noun, type Frozen } from "../parts.ts";

const feedSourceSchema = z.strictObject({
  kind: z.enum(["alertmanager", "prometheus", "log", "webhook", "events"]).describe("Who tells of incidents."),
  everyMs: ms.describe("It is asked, or gives a sign of life, this often."),
  resolutionMs: ms.describe("What it says may have been known earlier by this."),
});

export const feedEventSchema = noun(
  "FeedEvent",
  "The feed's own life.",
  z.strictObject({
    kind: z.literal("feed"),
    at: instant.describe("When it was seen."),
    state: z
      .enum(["open", "alive", "lost", "refused"])
      .describe("Opened; still there (a heartbeat or an event arrived); lost; or refused: it did not open."),
    source: feedSourceSchema.describe("With open, of a source that is not our own feed.").exactOptional(),
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
