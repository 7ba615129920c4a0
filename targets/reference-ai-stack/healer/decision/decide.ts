// Fourth stage. What is to be done, if anything, and why: policy first, then every guard, then what worked before.
// Pure.
import { PATHWAYS, PATHWAY_FOR } from "../governance/policies.ts";
import type { ActingPathway, Diagnosis, Incident, Means, Pathway, Remedy, ReplicaEntry } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { attemptsAt, refuseCorrelated, refuseDrain, refuseSelector, waitBefore } from "./guards.ts";
import type { PastAction } from "./guards.ts";

export interface DecisionContext {
  readonly now: number;
  readonly replicas: readonly ReplicaEntry[];
  /** Replicas with a signal or an open incident, this one included. */
  readonly sick: ReadonlySet<string>;
  readonly past: readonly PastAction[];
  /** A sibling whose index was just found whole; null when there is none or it does not matter. */
  readonly goodPeer: string | null;
  /** The means in the order in which experience would try them, and why. */
  readonly prefer: (pathway: ActingPathway, means: readonly Means[]) => { means: Means; says: string };
}

export interface Decision {
  readonly pathway: Pathway;
  readonly remedy: Remedy | null;
  /** Time to let pass before the remedy, ms. */
  readonly waitMs: number;
  readonly reasons: readonly string[];
}

/** Of what kind an incident is, for counting attempts: class and replica. */
export function signatureOf(diagnosis: Diagnosis, incident: Incident): string {
  return `${diagnosis.class}@${incident.scope.replica ?? incident.scope.service}`;
}

/** Chooses the pathway; with guards in its way the choice is `escalate`, never another remedy. */
export function decide(incident: Incident, diagnosis: Diagnosis, context: DecisionContext): Decision {
  const pathway = PATHWAY_FOR[diagnosis.class];
  const { tier, says } = PATHWAYS[pathway];
  const why = `${diagnosis.class} with confidence ${diagnosis.confidence}: policy ${pathway} (risk ${tier}), ${says}`;
  if (pathway === "hold" || pathway === "escalate") return { pathway, remedy: null, waitMs: 0, reasons: [why] };

  const refusal = refuse(incident, diagnosis, context);
  if (refusal !== null) {
    return { pathway: "escalate", remedy: null, waitMs: 0, reasons: [why, `not done: ${refusal}`] };
  }
  const { service, replica = "" } = incident.scope;
  const signature = signatureOf(diagnosis, incident);
  const attempt = attemptsAt(signature, context.past, context.now).length + 1;
  const waitMs = waitBefore(replica, signature, context.past, context.now);
  const choice = chooseMeans(pathway, context);
  const reasons = [
    why,
    choice.says,
    `attempt ${attempt} of ${NUMBERS.guards.attempts}`,
    ...(waitMs > 0 ? [`waits ${Math.round(waitMs)} ms for the rate limit and the back-off`] : []),
  ];
  const peer = choice.means === "peer" && context.goodPeer !== null ? { peer: context.goodPeer } : {};
  return { pathway, waitMs, reasons, remedy: { pathway, target: { service, replica }, means: choice.means, ...peer } };
}

function refuse(incident: Incident, diagnosis: Diagnosis, context: DecisionContext): string | null {
  const { scope } = incident;
  const attempts = attemptsAt(signatureOf(diagnosis, incident), context.past, context.now).length;
  if (attempts >= NUMBERS.guards.attempts) return `${attempts} attempts did not last, a person has to look`;
  return (
    refuseSelector(scope, context.replicas) ??
    refuseCorrelated(scope, context.sick, context.replicas) ??
    (PATHWAY_FOR[diagnosis.class] === "redistribute-traffic"
      ? refuseDrain(scope, context.sick, context.replicas)
      : null)
  );
}

function chooseMeans(pathway: ActingPathway, context: DecisionContext): { means: Means; says: string } {
  const possible = PATHWAYS[pathway].means.filter((means) => means !== "peer" || context.goodPeer !== null);
  return context.prefer(pathway, possible);
}
