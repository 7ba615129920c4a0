// One CloudEvents 1.0 object of the incident feed, checked and made into a claim.

import { z } from "zod";
import type { Claim, ClaimType } from "../core/timeline.ts";

/** The types of the contract, after the prefix. */
const claimTypes: readonly ClaimType[] = [
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
];
const prefix = "healing.incident.";

const words = z.string().max(2_000);
const name = z.string().min(1).max(200);

const cloudEvent = z.object({
  specversion: z.literal("1.0"),
  id: name,
  source: name,
  type: z.string().transform((type, context) => {
    const found = claimTypes.find((each) => type === prefix + each);
    if (found !== undefined) return found;
    context.issues.push({ code: "custom", message: `expected ${prefix}${claimTypes.join("|")}`, input: type });
    return z.NEVER;
  }),
  subject: name,
  time: words.default(""),
  data: z.object({
    incident: name,
    scope: z.object({ service: name.exactOptional(), replica: name.exactOptional() }),
    class: name.exactOptional(),
    confidence: z.number().min(0).max(1).exactOptional(),
    pathway: name.exactOptional(),
    action: name.exactOptional(),
    outcome: name.exactOptional(),
    reasons: z.array(words).max(100),
  }),
});

export type ClaimResult =
  | { readonly ok: true; readonly claim: Claim }
  | { readonly ok: false; readonly reason: string };

/** Reads the text of one event's `data:`; says what is wrong with it, without repeating it. */
export function parseClaim(text: string): ClaimResult {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, reason: "not JSON" };
  }
  const parsed = cloudEvent.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, reason: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "malformed"}` };
  }
  const { id, type, time, subject, data } = parsed.data;
  if (subject !== data.incident) return { ok: false, reason: "subject: differs from data.incident" };
  return { ok: true, claim: { type, id, time, ...data } };
}
