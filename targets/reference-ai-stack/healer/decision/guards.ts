// The brakes: each guard is a pure function that says why not, or nothing. They know no pathway's inside, only its
// reach.
import type { ReplicaEntry, Target } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { Situation } from "../pathways/pathway.ts";
import { overlap } from "./reach.ts";

/** What was done before: when, to what, for which class of fault. */
export interface PastAction {
  readonly at: number;
  readonly target: Target;
  readonly signature: string;
  /** The rest is absent in what an earlier version noted. */
  readonly incident?: string;
  readonly attempt?: number;
  readonly pathway?: string;
  readonly means?: string;
  /** The limit that it set. */
  readonly amount?: number;
  readonly rollsBack?: true;
  /** Whether it helped; absent as long as nobody knows. */
  readonly healed?: boolean;
}

/** Selectors are explicit: what is touched is named and known, never "all" because nothing was named. */
export function refuseSelector(target: Target, replicas: readonly ReplicaEntry[]): string | null {
  if (target.scope === "stack") return replicas.length > 0 ? null : "no replica of the stack can be seen";
  const { service } = target;
  const members = replicas.filter((entry) => entry.service === service);
  if (target.scope === "service") return members.length > 0 ? null : `the inventory has no service ${service}`;
  if (target.replica === "") return "no single replica is named, and an empty selector never means all";
  const known = members.some((entry) => entry.replica === target.replica);
  return known ? null : `${target.replica} is not a replica of ${service} in the inventory`;
}

/**
 * Correlated-failure brake: too many sick at once is not a replica's fault, and touching them all makes it worse. A
 * service's own share is asked of actions on one of its replicas; the stack's own share is not asked of actions on the
 * stack as a whole.
 */
export function refuseCorrelated(target: Target, { sick, replicas }: Situation): string | null {
  if (target.scope === "stack") return null;
  const { brakeShare, brakeServiceReplicas } = NUMBERS.guards;
  const siblings = target.scope === "replica" ? replicas.filter((entry) => entry.service === target.service) : [];
  const groups = [
    { name: "the stack's", members: replicas },
    ...(siblings.length >= brakeServiceReplicas ? [{ name: `${target.service}'s`, members: siblings }] : []),
  ];
  for (const { name, members } of groups) {
    const down = members.filter((entry) => sick.has(entry.replica)).length;
    if (down > brakeShare * members.length) return `${down} of ${name} ${members.length} replicas are sick at once`;
  }
  return null;
}

/** Actions that count as attempts at this signature: those of this incident and those shortly before it. */
export function attemptsAt(signature: string, past: readonly PastAction[], now: number): readonly PastAction[] {
  return past.filter((action) => action.signature === signature && now - action.at <= NUMBERS.guards.relapseMs);
}

/**
 * Those of the past that the next action may be an attempt after: all but those that healed by a pathway of `alone`,
 * which say nothing of the case that came later.
 */
export function countedOf(past: readonly PastAction[], alone: ReadonlySet<string>): readonly PastAction[] {
  return past.filter(({ healed, pathway = "" }) => healed !== true || !alone.has(pathway));
}

/** How long to wait, ms: the rate limit of what is touched, and a back-off that doubles with each of `attempts`. */
export function waitBefore(
  target: Target,
  attempts: readonly PastAction[],
  past: readonly PastAction[],
  now: number,
): number {
  const { actionEveryMs, backOffMs, backOffLimitMs } = NUMBERS.guards;
  const lastThere = Math.max(-Infinity, ...past.filter((a) => overlap(a.target, target)).map((a) => a.at));
  const lastAttempt = Math.max(-Infinity, ...attempts.map((a) => a.at));
  const backOff = Math.min(backOffLimitMs, backOffMs * 2 ** Math.max(0, attempts.length - 1));
  return Math.max(0, lastThere + actionEveryMs - now, lastAttempt + backOff - now);
}
