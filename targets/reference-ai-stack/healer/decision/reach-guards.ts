// The brakes on how much is touched: blast radius, rollback depth, and replicas that come and go by themselves. Each is
// a pure function that says why not, or nothing.
import type { ReplicaEntry, Target } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { ActingPathway, Situation } from "../pathways/pathway.ts";
import type { PastAction } from "./guards.ts";
import type { Terms } from "./policy.ts";
import { overlap } from "./reach.ts";

interface BlastAsked {
  readonly pathway: Pick<ActingPathway, "takesTraffic" | "documents" | "touches">;
  readonly target: Target;
  readonly situation: Situation;
  readonly past: readonly PastAction[];
  readonly now: number;
}

/**
 * Shares that an action may touch, those that were touched shortly before included: of the stack's replicas, of a
 * service's traffic, of its documents.
 */
export function refuseBlast(limits: Terms["blastRadius"], asked: BlastAsked): string | null {
  const { pathway, target, situation } = asked;
  return (
    beyond(
      touchedShare(limits.within, asked),
      limits.replicas,
      `of the stack's replicas within ${limits.within / 1000} s`,
    ) ??
    (pathway.takesTraffic === true
      ? beyond(drainedShare(target, situation), limits.traffic, "of the traffic")
      : null) ??
    (pathway.documents === undefined
      ? null
      : beyond(pathway.documents(target, situation), limits.documents, "of the documents"))
  );
}

/** What is not a share is beyond every limit. */
function beyond(share: number, limit: number, of: string): string | null {
  if (share >= 0 && share <= limit) return null;
  return `it would touch ${percent(share)} ${of}, and at most ${percent(limit)} is allowed`;
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${Math.round(100 * share)} %` : "an unknown share";
}

/** With what was touched within that time, ms. */
function touchedShare(withinMs: number, { pathway, target, situation, past, now }: BlastAsked): number {
  const { replicas } = situation;
  const recent = past.filter(({ at }) => now - at <= withinMs).map((action) => action.target);
  const countOf = (targets: readonly Target[]): number =>
    replicas.filter(({ service, replica }) =>
      targets.some((one) => overlap(one, { scope: "replica", service, replica })),
    ).length;
  const touched =
    pathway.touches === undefined
      ? countOf([target, ...recent])
      : Math.min(countOf([target, ...recent]), countOf(recent) + pathway.touches);
  return replicas.length === 0 ? 0 : touched / replicas.length;
}

/** Share of the service's replicas that would have no traffic afterwards. */
function drainedShare(target: Target, { replicas }: Situation): number {
  if (target.scope === "stack") return 1;
  const members = replicas.filter(({ service }) => service === target.service);
  const isDrained = ({ replica, weight = 1 }: ReplicaEntry): boolean =>
    weight === 0 || target.scope === "service" || replica === target.replica;
  return members.length === 0 ? 0 : members.filter(isDrained).length / members.length;
}

/** At most two versions back: who has to go further back does not know what was good. */
export function refuseDepth(isBack: boolean, target: Target, past: readonly PastAction[], now: number): string | null {
  if (!isBack) return null;
  const { versions, withinMs } = NUMBERS.guards.rollback;
  const before = past.filter(
    (one) => one.rollsBack === true && now - one.at <= withinMs && overlap(one.target, target),
  );
  if (before.length < versions) return null;
  return `it was rolled back ${before.length} versions already, and at most ${versions} is allowed`;
}

/** A replica that comes and goes is not helped by one more start; a person has to look at what it does. */
export function refuseFlapping(target: Target, flapping: ReadonlyMap<string, number>): string | null {
  if (target.scope !== "replica") return null;
  const changes = flapping.get(target.replica);
  if (changes === undefined) return null;
  return `${target.replica} flaps: it changed its state ${changes} times over its last ${NUMBERS.guards.flap.checks} checks`;
}
