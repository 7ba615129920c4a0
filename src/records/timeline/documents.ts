// Documents of our own that were written into the target and looked for again, and the target's audit.

import { z } from "zod";
import { auditLookSchema } from "../audit.ts";
import { instant, noun, type Frozen } from "../parts.ts";

export const writeEventSchema = noun(
  "WriteEvent",
  "One document of our own was offered to the target.",
  z.strictObject({
    kind: z.literal("write"),
    at: instant.describe("When it was answered, or given up."),
    from: instant.describe("When it was offered."),
    id: z.string().describe("The document's id."),
    ok: z.boolean().describe("The target acknowledged it: from here on it owes it to its users."),
    reason: z.string().describe("Why not.").exactOptional(),
  }),
);
export type WriteEvent = Frozen<z.infer<typeof writeEventSchema>>;

export const readBackEventSchema = noun(
  "ReadBackEvent",
  "An acknowledged document was looked for, the way users would find it.",
  z.strictObject({
    kind: z.literal("read-back"),
    at: instant.describe("When the look was over."),
    from: instant.describe("When the look began."),
    id: z.string().describe("The document's id."),
    found: z.boolean().nullable().describe("null: the look saw nothing."),
    reason: z.string().describe("Why it was not found, or not seen.").exactOptional(),
  }),
);
export type ReadBackEvent = Frozen<z.infer<typeof readBackEventSchema>>;

export const auditEventSchema = noun(
  "AuditEvent",
  "The target's audit was read and its chain checked.",
  z.strictObject({
    kind: z.literal("audit"),
    at: instant.describe("When the look was over."),
    from: instant.describe("When the look began."),
    look: auditLookSchema,
  }),
);
