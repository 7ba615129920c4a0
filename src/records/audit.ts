// What the target's own audit says, as it was read and checked from outside.

import { z } from "zod";
import { noun, type Frozen } from "./parts.ts";

const words = z.string().max(200);

/** Its members in a target's audit; there, more may stand beside them. */
export const auditRecordSchema = noun(
  "AuditRecord",
  "One record of the audit, as far as it is compared with the claims.",
  z.strictObject({
    seq: z.number().describe("Counts from 1."),
    what: words.describe("What was done."),
    principal: words.describe("Who did it, or let it be done.").exactOptional(),
    incident: words.describe("The incident that it was done for.").exactOptional(),
  }),
);
export type AuditRecord = Frozen<z.infer<typeof auditRecordSchema>>;

const chainSchema = noun(
  "AuditChain",
  "The chain of hashes is whole, or broken at the first record that does not follow from the one before.",
  z.discriminatedUnion("ok", [
    z.strictObject({ ok: z.literal(true).describe("It is whole.") }),
    z.strictObject({
      ok: z.literal(false).describe("It is broken."),
      brokenSeq: z.number().describe("The first record that does not follow."),
      says: z.string().describe("What is wrong with it."),
    }),
  ]),
);
export type AuditChain = Frozen<z.infer<typeof chainSchema>>;

export const auditLookSchema = noun(
  "AuditLook",
  "One look at the audit. Not read is not bad.",
  z.discriminatedUnion("ok", [
    z.strictObject({
      ok: z.literal(true).describe("It was read."),
      records: z.array(auditRecordSchema).describe("Its records up to the first that does not follow."),
      chain: chainSchema.describe("Whether its chain is whole."),
    }),
    z.strictObject({ ok: z.literal(false).describe("It was not read."), reason: z.string().describe("Why not.") }),
  ]),
);
export type AuditLook = Frozen<z.infer<typeof auditLookSchema>>;
