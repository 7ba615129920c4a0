// One CloudEvents 1.0 object of the incident feed, checked and made into a claim.

import { z } from "zod";
import {
  claimData,
  claimName,
  claimTypes,
  claimWords,
  publishedClaimData,
  publishedEvidencePath,
  publishedFreshMs,
  publishedRunnersUp,
  type Claim,
} from "../records/claim.ts";
import { extrasOf } from "./claim-extras.ts";

const prefix = "healing.incident.";

const cloudEvent = z.object({
  specversion: z.literal("1.0"),
  id: claimName,
  source: claimName,
  type: z.string().transform((type, context) => {
    const found = claimTypes.find((each) => type === prefix + each);
    if (found !== undefined) return found;
    context.issues.push({ code: "custom", message: `expected ${prefix}${claimTypes.join("|")}`, input: type });
    return z.NEVER;
  }),
  subject: claimName,
  time: claimWords.default(""),
  data: publishedClaimData,
});

export type ClaimResult =
  | {
      readonly ok: true;
      readonly claim: Claim;
      /** `data` as it came, with whatever is in it. */
      readonly data: Fields;
    }
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
  const raw = json as { readonly data: Fields };
  // Of the contract, too; but one that is not as it says is kept as it is, and spoils nothing.
  const runners = publishedRunnersUp.safeParse(raw.data["runnersUp"]);
  const evidence = publishedEvidencePath.safeParse(raw.data["evidence"]);
  const fresh = publishedFreshMs.safeParse(raw.data["freshMs"]);
  const known = Object.entries({ runnersUp: runners, evidence, freshMs: fresh }).filter(([, { success }]) => success);
  const more = moreOf(raw, new Set(known.map(([key]) => key)));
  return {
    ok: true,
    data: raw.data,
    claim: {
      type,
      id,
      time,
      ...data,
      ...(runners.success && runners.data.length > 0 && { runnersUp: runners.data }),
      ...(evidence.success && { evidence: evidence.data }),
      ...(fresh.success && { freshMs: fresh.data }),
      ...(more && { more }),
    },
  };
}

type Fields = Readonly<Record<string, unknown>>;

const ofEnvelope = new Set(["specversion", "id", "source", "type", "subject", "time", "data", "datacontenttype"]);
const ofScope = new Set(Object.keys(claimData.scope.shape));
const ofData = new Set(Object.keys(claimData));

/**
 * Fields beyond the contract: of the envelope, of the data, and of its scope; a field of the data hides one of the same
 * name before it.
 */
function moreOf(event: { readonly data: Fields }, known: ReadonlySet<string>): Claim["more"] {
  const data = event.data;
  const scope = Object.entries(data["scope"] as Fields).filter(([key]) => !ofScope.has(key));
  const left = Object.entries(data).filter(([key]) => !ofData.has(key) && !known.has(key));
  const outer = Object.entries(event).filter(([key]) => !ofEnvelope.has(key));
  return extrasOf(
    Object.fromEntries([
      ...outer,
      ...(scope.length > 0 ? [["scope", Object.fromEntries(scope)] as const] : []),
      ...left,
    ]),
  );
}
