// What the healer may decide, as its policy file says it: the shape, and what follows for one remedy. Pure.
import { z } from "zod";
import { UNCLASSIFIED } from "../../common/data-tags.ts";
import type { ActingPathway } from "../pathways/pathway.ts";

export type Tier = ActingPathway["tier"];
/** How a plan ends that nobody has answered in time. */
type SafeDefault = "escalate" | "hold";

const TIERS = ["low", "medium", "high"] as const satisfies readonly Tier[];

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
/** `500ms`, `30s`, `10m`, `1h` → ms; at most a day. */
const duration = z
  .string()
  .regex(/^\d{1,5}(ms|s|m|h)$/, "expected a duration such as 500ms, 30s, 10m or 1h")
  .transform((text) => Number.parseInt(text, 10) * UNITS[/[a-z]+$/.exec(text)?.[0] as keyof typeof UNITS])
  .refine((ms) => ms > 0 && ms <= 24 * UNITS.h, "expected more than 0 and at most 24h");
const share = z.number().min(0).max(1);
const name = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "expected a name in kebab-case")
  .max(100);
const approvals = z.int().min(0).max(5);
const tier = z.enum(TIERS);
const mode = z.enum(["act", "advise"]);

const tierRule = z
  .strictObject({
    least_confidence: share,
    approvals,
    expires: duration.optional(),
    safe_default: z.enum(["escalate", "hold"]).optional(),
  })
  .refine((rule) => rule.approvals === 0 || rule.expires !== undefined, {
    message: "expected `expires` beside approvals: a plan may not wait for ever",
  });
const blastRadius = z.strictObject({ replicas: share, within: duration, traffic: share, documents: share });
const pathwayRule = z.strictObject({
  tier: tier.optional(),
  mode: mode.optional(),
  off: z.boolean().optional(),
  bonus: z.number().min(-10).max(10).optional(),
  blast_radius: z
    .strictObject({
      replicas: share.exactOptional(),
      within: duration.exactOptional(),
      traffic: share.exactOptional(),
      documents: share.exactOptional(),
    })
    .optional(),
});
const weight = z.number().min(0).max(10);
/** Health and payment data: the law wants two people, and no policy asks for less. */
const REGULATED: ReadonlySet<string> = new Set(["phi", "pci"]);
const LEAST_APPROVALS = 2;
const tagRules = z.record(name, z.strictObject({ tier, approvals })).superRefine((tags, context) => {
  for (const [tag, rule] of Object.entries(tags).filter(([one]) => isRegulated(one))) {
    if (rule.tier !== "high")
      context.addIssue({ code: "custom", path: [tag, "tier"], message: "expected high for regulated data" });
    if (rule.approvals < LEAST_APPROVALS)
      context.addIssue({
        code: "custom",
        path: [tag, "approvals"],
        message: `expected at least ${LEAST_APPROVALS} approvals for regulated data`,
      });
  }
});

/** The file's shape. */
export const policySchema = z.strictObject({
  version: z.int().min(1).max(1_000_000),
  mode,
  tiers: z.strictObject({
    low: tierRule,
    medium: tierRule,
    high: tierRule.refine((rule) => rule.approvals > 0, {
      message: "expected at least 1 approval where the risk is high",
    }),
  }),
  tags: tagRules,
  data: z.record(name, z.array(name).min(1).max(20)),
  blast_radius: blastRadius,
  scores: z.strictObject({ confidence: weight, success: weight, risk: weight, dependencies: weight }),
  pathways: z.record(name, pathwayRule),
});

/** A policy in force, with the hash of its file (SHA-256, the first 12 digits). */
export type Policy = z.infer<typeof policySchema> & { readonly hash: string };

/** Which policy a decision rests on. */
export interface PolicyStamp {
  readonly version: number;
  readonly hash: string;
}

/** What a plan waits for before it is carried out. */
export interface Needs {
  /** Different people who must grant it. */
  readonly approvals: number;
  /** How long it waits for them, ms. */
  readonly expiresMs: number;
  readonly safeDefault: SafeDefault;
  /** Data whose tags ask for it; empty: the risk alone does. */
  readonly tags: readonly string[];
}

/** What the policy says of one pathway at one place. */
export interface Terms {
  readonly tier: Tier;
  readonly mode: Policy["mode"];
  readonly isOff: boolean;
  readonly bonus: number;
  readonly leastConfidence: number;
  readonly blastRadius: Policy["blast_radius"];
  /** Absent: nobody has to be asked. */
  readonly needs?: Needs;
}

/** What a remedy is about, as far as the policy asks. */
interface Plan {
  readonly name: string;
  readonly tier: Tier;
  readonly changesData?: boolean;
}

/** Nobody waits longer than this for an answer where a tag asks for approvals and the tier names no time, ms. */
const LONGEST_MS = 600_000;

/**
 * The terms of a pathway on a service or one of its replicas: the strictest of tier, exception and data tags. `tags`:
 * of the data itself, where it says so.
 */
export function termsFor(
  policy: Policy,
  plan: Plan,
  where: { readonly service: string; readonly replica: string; readonly tags?: readonly string[] },
): Terms {
  const own = policy.pathways[plan.name] ?? {};
  const tags = plan.changesData === true ? [...new Set([...tagsOf(policy, where), ...(where.tags ?? [])])] : [];
  const tagRules = tags.flatMap((tag) => ruleOf(policy, tag));
  const risk = highest([own.tier ?? plan.tier, ...tagRules.map((rule) => rule.tier)]);
  const rule = policy.tiers[risk];
  const needed = Math.max(rule.approvals, ...tagRules.map((one) => one.approvals));
  const { expires: expiresMs = LONGEST_MS, safe_default: safeDefault = "escalate" } = rule;
  return {
    tier: risk,
    mode: policy.mode === "advise" ? "advise" : (own.mode ?? "act"),
    isOff: own.off === true,
    bonus: own.bonus ?? 0,
    leastConfidence: rule.least_confidence,
    blastRadius: { ...policy.blast_radius, ...own.blast_radius },
    ...(needed > 0 && {
      needs: {
        approvals: needed,
        expiresMs,
        safeDefault,
        tags: tags.filter((tag) => ruleOf(policy, tag).some((one) => one.approvals > 0)),
      },
    }),
  };
}

/** The rules of a tag; of a kind that records name and the policy does not, such as phi-notes, those of its words. */
function ruleOf({ tags }: Policy, tag: string): readonly { readonly tier: Tier; readonly approvals: number }[] {
  // Data of which nobody can tell what it is may be any of them.
  if (tag === UNCLASSIFIED) return Object.values(tags);
  const own = tags[tag];
  return own === undefined ? tag.split("-").flatMap((word) => tags[word] ?? []) : [own];
}

/** How far risk goes, 0 to 1. */
export function riskOf(of: Tier): number {
  return TIERS.indexOf(of) / (TIERS.length - 1);
}

/** Tags of the replica's own entry, of its service's, or `public`. A whole service has the tags of all its replicas. */
function tagsOf({ data }: Policy, { service, replica }: { service: string; replica: string }): readonly string[] {
  const entries = Object.entries(data).filter(
    ([key]) => key === replica || key === service || (replica === "" && key.startsWith(`${service}-`)),
  );
  const tags = entries.flatMap(([, named]) => named);
  return tags.length === 0 ? ["public"] : [...new Set(tags)];
}

function highest(tiers: readonly Tier[]): Tier {
  return tiers.reduce((a, b) => (riskOf(b) > riskOf(a) ? b : a));
}

/** `phi`, `pci`, and kinds of them such as `phi-notes`. */
function isRegulated(tag: string): boolean {
  return tag.split("-").some((word) => REGULATED.has(word));
}

/** What names in a policy may stand for. */
export interface KnownNames {
  readonly pathways: readonly { readonly name: string }[];
  /** Services and replicas of the stack; absent: none was seen as yet, so nobody can tell. */
  readonly places?: readonly string[];
}

/** Names in the policy that nothing has, each with where it stands. */
export function unknownNames(
  policy: z.infer<typeof policySchema>,
  known: KnownNames,
): readonly { readonly path: readonly (string | number)[]; readonly says: string }[] {
  const names = known.pathways.map((one) => one.name);
  const pathways = Object.keys(policy.pathways)
    .filter((one) => !names.includes(one))
    .map((one) => ({ path: ["pathways", one], says: `no pathway ${one}; expected one of ${names.join(", ")}` }));
  // Data at a misspelt place would count as public at the right one.
  const { places } = known;
  const nowhere = Object.keys(policy.data)
    .filter((one) => places !== undefined && !places.includes(one))
    .map((one) => ({
      path: ["data", one],
      says: `no service or replica ${one} in the stack; expected one of ${places?.join(", ")}`,
    }));
  const tags = Object.keys(policy.tags);
  const data = Object.entries(policy.data).flatMap(([place, named]) =>
    named.flatMap((tag, index) =>
      tags.includes(tag)
        ? []
        : [{ path: ["data", place, index], says: `no tag ${tag}; expected one of ${tags.join(", ")}` }],
    ),
  );
  return [...pathways, ...nowhere, ...data];
}
