// Fourth stage. What is to be done, if anything, and why: policy first, then every guard, then what worked before.
// Pure.
import type { Diagnosis, Incident, Remedy, Target } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { PathwayBook } from "../pathways/book.ts";
import type { ActingPathway, Situation } from "../pathways/pathway.ts";
import { attemptsAt, refuseCorrelated, refuseSelector, waitBefore } from "./guards.ts";
import type { PastAction } from "./guards.ts";
import { targetFor } from "./reach.ts";

export interface DecisionContext extends Situation {
  readonly now: number;
  readonly pathways: PathwayBook;
  readonly past: readonly PastAction[];
  /**
   * What the pathway's ways looked for: the way's name and what was found, or null. Ways that look for nothing lack.
   */
  readonly found: Readonly<Record<string, string | null>>;
  /** The way that experience would try first, and why. */
  readonly prefer: (pathway: string, ways: readonly string[]) => { means: string; says: string };
}

export interface Decision {
  readonly pathway: string;
  readonly remedy: Remedy | null;
  /** Time to let pass before the remedy, ms. */
  readonly waitMs: number;
  readonly reasons: readonly string[];
  /** How the incident ends when there is no remedy. */
  readonly ends: "held" | "escalated";
}

/** Of what kind an incident is, for counting attempts: class and replica. */
export function signatureOf(diagnosis: Diagnosis, incident: Incident): string {
  return `${diagnosis.class}@${incident.scope.replica ?? incident.scope.service}`;
}

/** Chooses the pathway; with guards in its way the choice is `escalate`, never another remedy. */
export function decide(incident: Incident, diagnosis: Diagnosis, context: DecisionContext): Decision {
  const pathway = context.pathways.answerTo(diagnosis.class);
  const { name, tier, says } = pathway;
  const why = `${diagnosis.class} with confidence ${diagnosis.confidence}: policy ${name} (risk ${tier}), ${says}`;
  if (pathway.tier === "none") {
    return { pathway: name, remedy: null, waitMs: 0, reasons: [why], ends: pathway.ends };
  }
  const target = targetFor(pathway.scope, incident.scope);
  const signature = signatureOf(diagnosis, incident);
  const attempts = attemptsAt(signature, context.past, context.now).length;
  const refusal = refuse(pathway, target, attempts, context);
  if (refusal !== null) {
    const reasons = [why, `not done: ${refusal}`];
    return { pathway: "escalate", remedy: null, waitMs: 0, reasons, ends: "escalated" };
  }
  const waitMs = waitBefore(target, signature, context.past, context.now);
  const choice = context.prefer(name, openWays(pathway, context));
  const found = context.found[choice.means] ?? undefined;
  const reasons = [
    why,
    choice.says,
    `attempt ${attempts + 1} of ${NUMBERS.guards.attempts}`,
    ...(waitMs > 0 ? [`waits ${Math.round(waitMs)} ms for the rate limit and the back-off`] : []),
  ];
  const remedy = { pathway: name, target, means: choice.means, ...(found !== undefined && { found }) };
  return { pathway: name, waitMs, reasons, remedy, ends: "escalated" };
}

function refuse(pathway: ActingPathway, target: Target, attempts: number, context: DecisionContext): string | null {
  if (attempts >= NUMBERS.guards.attempts) return `${attempts} attempts did not last, a person has to look`;
  const guarded = refuseSelector(target, context.replicas) ?? refuseCorrelated(target, context);
  if (guarded !== null) return guarded;
  for (const precondition of pathway.preconditions) {
    const refusal = precondition(target, context);
    if (refusal !== null) return refusal;
  }
  return openWays(pathway, context).length > 0 ? null : `none of the ways of ${pathway.name} is open`;
}

/** Ways that look for nothing, and those that have found it. */
function openWays(pathway: ActingPathway, { found }: DecisionContext): readonly string[] {
  return pathway.ways
    .filter((way) => way.find === undefined || (found[way.name] ?? null) !== null)
    .map(({ name }) => name);
}
