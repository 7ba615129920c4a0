// Fourth stage. What is to be done, if anything, and why: every remedy that answers the class goes through policy and
// guards, those that are left are ranked, and the best is taken. Pure.
import { scopeKey } from "../nouns.ts";
import type { Diagnosis, Incident, Remedy, Scope, Target } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { PathwayBook } from "../pathways/book.ts";
import type { ActingPathway, Restraint, Situation } from "../pathways/pathway.ts";
import { attemptsAt, countedOf, refuseCorrelated, refuseSelector, waitBefore } from "./guards.ts";
import type { PastAction } from "./guards.ts";
import { chainIn } from "./chains.ts";
import { refuseBlast, refuseDepth, refuseFlapping } from "./reach-guards.ts";
import { historyInWords } from "../knowledge/knowledge-graph.ts";
import { termsFor } from "./policy.ts";
import type { Needs, Policy, PolicyStamp, Terms, Tier } from "./policy.ts";
import { rank } from "./rank.ts";
import type { Candidate, Known, Ranked } from "./rank.ts";
import { targetFor } from "./reach.ts";

export interface DecisionContext extends Situation {
  readonly now: number;
  readonly pathways: PathwayBook;
  /** Null: there is none in force, so nothing is done. */
  readonly policy: Policy | null;
  /** Whatever the policy says, nothing is touched. */
  readonly dryRun: boolean;
  readonly past: readonly PastAction[];
  /** Replicas that come and go by themselves, each with its changes of state over the last checks. */
  readonly flapping: ReadonlyMap<string, number>;
  /** Share of the services that the target's service calls which are well, 0 to 1. */
  readonly dependencies: number;
  /** What ways looked for, by `<pathway>/<way>`, and what was found, or null. Ways that look for nothing lack. */
  readonly found: Readonly<Record<string, string | null>>;
  /** What helped before against this kind of incident. */
  readonly worked: Known["worked"];
}

/** A remedy that was not taken, and why. */
interface Rejected {
  readonly pathway: string;
  readonly means?: string;
  readonly why: string;
}

export interface Decision {
  readonly pathway: string;
  readonly remedy: Remedy | null;
  /** Time to let pass before the remedy, ms. */
  readonly waitMs: number;
  readonly reasons: readonly string[];
  /** How the incident ends when there is no remedy. */
  readonly ends: "held" | "escalated";
  /** The remedy's risk under the policy. */
  readonly tier?: Tier;
  /** What the remedy waits for; absent: nobody has to be asked. */
  readonly needs?: Needs;
  /** The policy that it rests on; absent: none was in force. */
  readonly policy?: PolicyStamp;
  /** Alternatives, the best first. */
  readonly rejected?: readonly Rejected[];
  /** What would be done; only advised. */
  readonly advice?: true;
}

/** Of what kind an incident is, for counting attempts: class and replica. */
export function signatureOf(diagnosis: Diagnosis, incident: Incident): string {
  return `${diagnosis.class}@${incident.scope.replica ?? incident.scope.service}`;
}

/** Chooses a remedy; with policy or guards in the way of all of them the choice is `escalate`. */
export function decide(incident: Incident, diagnosis: Diagnosis, context: DecisionContext): Decision {
  const { policy } = context;
  const root = diagnosis.evidence?.root ?? incident.scope;
  if (scopeKey(root) !== scopeKey(incident.scope)) return leftToRoot(root, incident);
  const answers = context.pathways.answersTo(diagnosis.class);
  const what = `${diagnosis.class} with confidence ${diagnosis.confidence}`;
  const restraint = answers.find((one) => one.tier === "none");
  const acting = answers.filter((one) => one.tier !== "none");
  const stamp = policy === null ? {} : { policy: { version: policy.version, hash: policy.hash } };
  if (restraint !== undefined && acting.length === 0) return { ...leftAlone(restraint, what), ...stamp };
  if (policy === null) {
    return escalated([`${what}: no policy is in force, so nothing is done`], []);
  }
  const about = aboutOf(incident, diagnosis, context);
  const chain = chainIn(about.counted, about.signature, context.now);
  if (chain !== null) {
    const why = `a chain of remedies that does not help: ${chain}`;
    const rejected = acting.map(({ name }) => ({ pathway: name, why }));
    return { ...escalated([`${what}: ${why}; a person has to find the cause`], rejected), ...stamp };
  }
  const { open, closed } = sift(acting, { ...context, policy }, about);
  const ranked = rank(open, policy.scores, { ...context, confidence: diagnosis.confidence });
  const [best, ...others] = ranked;
  const under = `${what}: policy ${policy.version} (${policy.hash})`;
  if (best === undefined) {
    if (restraint !== undefined) return { ...leftAlone(restraint, what), ...stamp, rejected: closed };
    const reasons = [under, ...closed.map(({ pathway, why }) => `${pathway} not done: ${why}`)];
    return { ...escalated(reasons, closed), ...stamp };
  }
  const rejected = [...others.map((one) => outscored(one, best)), ...closed];
  return { ...chosen(best, under, about, context), ...stamp, rejected };
}

/** What all candidates have in common. */
interface About {
  readonly incident: Incident;
  readonly signature: string;
  /** Of what was done before, that which may be an attempt at the same trouble; and those that are. */
  readonly counted: readonly PastAction[];
  readonly attempts: readonly PastAction[];
  readonly confidence: number;
}

export function aboutOf(incident: Incident, diagnosis: Diagnosis, { past, now, pathways }: DecisionContext): About {
  const signature = signatureOf(diagnosis, incident);
  const answers = pathways.answersTo(diagnosis.class);
  const alone = answers.flatMap((one) => (one.tier !== "none" && one.standsAlone === true ? [one.name] : []));
  const counted = countedOf(past, new Set(alone));
  const attempts = attemptsAt(signature, counted, now);
  return { incident, signature, counted, attempts, confidence: diagnosis.confidence };
}

/** Those that policy and guards let through, and the others with what stood in their way. */
function sift(
  acting: readonly ActingPathway[],
  context: DecisionContext & { readonly policy: Policy },
  about: About,
): { readonly open: readonly Candidate[]; readonly closed: readonly Rejected[] } {
  const open: Candidate[] = [];
  const closed: Rejected[] = [];
  for (const pathway of acting) {
    const target = targetFor(pathway.scope, about.incident.scope);
    const terms = termsAt(pathway, target, about, context);
    const why = refuse({ pathway, terms }, target, about, context);
    if (why !== null) {
      closed.push({ pathway: pathway.name, why });
      continue;
    }
    for (const way of pathway.ways) {
      const isOpen = way.find === undefined || (context.found[`${pathway.name}/${way.name}`] ?? null) !== null;
      if (isOpen) open.push({ pathway, means: way.name, terms });
      else closed.push({ pathway: pathway.name, means: way.name, why: "what it needs was not found" });
    }
  }
  return { open, closed };
}

/** What the policy says of the pathway there, the data that it would change included. */
export function termsAt(
  pathway: ActingPathway,
  target: Target,
  { incident }: Pick<About, "incident">,
  context: DecisionContext & { readonly policy: Policy },
): Terms {
  const { service, replica = "" } = incident.scope;
  const tags = pathway.tagsIn?.(foundBy(pathway, context)) ?? [];
  return termsFor(context.policy, { ...pathway, tier: tierOf(pathway, target, context) }, { service, replica, tags });
}

/** How risky the pathway is as things are now. */
function tierOf(pathway: ActingPathway, target: Target, situation: Situation): Tier {
  return pathway.tierIn?.(target, situation) ?? pathway.tier;
}

/** What policy and guards have against it, in words; null: nothing. */
export function refuse(
  { pathway, terms }: Pick<Candidate, "pathway" | "terms">,
  target: Target,
  { attempts, confidence }: About,
  context: DecisionContext,
): string | null {
  if (terms.isOff) return "the policy has switched it off";
  if (confidence < terms.leastConfidence) {
    return `confidence ${confidence} is below ${terms.leastConfidence}, the least for ${terms.tier} risk`;
  }
  const tried = attempts.length;
  if (tried >= NUMBERS.guards.attempts) return `${tried} attempts did not last, a person has to look`;
  const { past, now } = context;
  const guarded =
    refuseSelector(target, context.replicas) ??
    refuseCorrelated(target, context) ??
    refuseFlapping(target, context.flapping) ??
    refuseDepth(pathway.rollsBack?.(foundBy(pathway, context)) === true, target, past, now) ??
    refuseBlast(terms.blastRadius, { pathway, target, situation: context, past, now });
  if (guarded !== null) return guarded;
  for (const precondition of pathway.preconditions) {
    const refusal = precondition(target, context);
    if (refusal !== null) return refusal;
  }
  return null;
}

/** What a way of it has found, of those that have found something. */
function foundBy({ name, ways }: ActingPathway, { found }: DecisionContext): string | undefined {
  return ways.map((way) => found[`${name}/${way.name}`]).find((one) => typeof one === "string") ?? undefined;
}

function chosen(best: Ranked, under: string, about: About, context: DecisionContext): Decision {
  const { pathway, means, terms } = best;
  const { name, says } = pathway;
  const target = targetFor(pathway.scope, about.incident.scope);
  const found = context.found[`${name}/${means}`] ?? undefined;
  const amount = pathway.amount?.(target, context);
  const more = { ...(found !== undefined && { found }), ...(amount !== undefined && { amount }) };
  const remedy: Remedy = { pathway: name, target, means, ...more };
  const history = historyInWords(context.past, about.signature.split("@")[0] ?? "", about.incident.scope.service);
  const reasons = [
    `${under} chooses ${name} (risk ${terms.tier}), ${says}`,
    `by ${means}: ${best.says}`,
    ...(history === null ? [] : [history]),
  ];
  if (context.dryRun || terms.mode === "advise") {
    const advice = "dry run: this is only advised, and nothing is touched";
    return { pathway: name, remedy: null, waitMs: 0, reasons: [...reasons, advice], ends: "held", advice: true };
  }
  const waitMs = waitBefore(target, about.attempts, context.past, context.now);
  const waits = waitMs > 0 ? [`waits ${Math.round(waitMs)} ms for the rate limit and the back-off`] : [];
  const attempt = `attempt ${about.attempts.length + 1} of ${NUMBERS.guards.attempts}`;
  const { needs, tier } = terms;
  return {
    pathway: name,
    remedy,
    waitMs,
    reasons: [...reasons, attempt, ...waits],
    ends: "escalated",
    tier,
    ...(needs && { needs }),
  };
}

function outscored({ pathway, means, says }: Ranked, best: Ranked): Rejected {
  const why = `${says}, no more than the ${best.score.toFixed(2)} of ${best.pathway.name} by ${best.means}`;
  return { pathway: pathway.name, means, why };
}

/** Who is loud because of somebody below is not repaired. */
function leftToRoot(root: Scope, { scope }: Incident): Decision {
  const why = `${scopeKey(scope)} is loud and ${scopeKey(root)}, which it depends on, is sick: repaired there, in a case of its own`;
  return { pathway: "hold", remedy: null, waitMs: 0, reasons: [why], ends: "held" };
}

function leftAlone({ name, says, ends }: Restraint, what: string): Decision {
  return { pathway: name, remedy: null, waitMs: 0, reasons: [`${what}: ${name}, ${says}`], ends };
}

export function escalated(reasons: readonly string[], rejected: readonly Rejected[]): Decision {
  return { pathway: "escalate", remedy: null, waitMs: 0, reasons, ends: "escalated", rejected };
}
