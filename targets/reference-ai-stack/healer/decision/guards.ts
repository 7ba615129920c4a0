// The brakes: each guard is a pure function that says why not, or nothing. They know no pathway's inside, only its
// reach.
import type { ReplicaEntry, Scope } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";

/** What was done before: when, to whom, for which class of fault. */
export interface PastAction {
  readonly at: number;
  readonly replica: string;
  readonly signature: string;
}

/** Selectors are explicit: exactly one known replica, never "all" because none was named. */
export function refuseSelector(scope: Scope, replicas: readonly ReplicaEntry[]): string | null {
  if (scope.replica === undefined || scope.replica === "")
    return "no single replica is named, and an empty selector never means all";
  const known = replicas.some((entry) => entry.replica === scope.replica && entry.service === scope.service);
  return known ? null : `${scope.replica} is not a replica of ${scope.service} in the inventory`;
}

/** Correlated-failure brake: too many sick at once is not a replica's fault, and touching them all makes it worse. */
export function refuseCorrelated(
  scope: Scope,
  sick: ReadonlySet<string>,
  replicas: readonly ReplicaEntry[],
): string | null {
  const { brakeShare, brakeServiceReplicas } = NUMBERS.guards;
  const siblings = replicas.filter((entry) => entry.service === scope.service);
  const groups = [
    { name: "the stack's", members: replicas },
    ...(siblings.length >= brakeServiceReplicas ? [{ name: `${scope.service}'s`, members: siblings }] : []),
  ];
  for (const { name, members } of groups) {
    const down = members.filter((entry) => sick.has(entry.replica)).length;
    if (down > brakeShare * members.length) return `${down} of ${name} ${members.length} replicas are sick at once`;
  }
  return null;
}

/** Draining is only allowed when a sibling that is well takes over the traffic. */
export function refuseDrain(scope: Scope, sick: ReadonlySet<string>, replicas: readonly ReplicaEntry[]): string | null {
  const takers = replicas.filter(
    (entry) =>
      entry.service === scope.service &&
      entry.replica !== scope.replica &&
      entry.pid !== null &&
      (entry.weight ?? 1) > 0 &&
      !sick.has(entry.replica),
  );
  return takers.length > 0 ? null : `no healthy sibling of ${scope.replica ?? scope.service} could take its traffic`;
}

/** Actions that count as attempts at this signature: those of this incident and those shortly before it. */
export function attemptsAt(signature: string, past: readonly PastAction[], now: number): readonly PastAction[] {
  return past.filter((action) => action.signature === signature && now - action.at <= NUMBERS.guards.relapseMs);
}

/** How long to wait, ms: the rate limit per replica, and a back-off that doubles with every attempt. */
export function waitBefore(replica: string, signature: string, past: readonly PastAction[], now: number): number {
  const { actionEveryMs, backOffMs, backOffLimitMs } = NUMBERS.guards;
  const lastOnReplica = Math.max(-Infinity, ...past.filter((a) => a.replica === replica).map((a) => a.at));
  const attempts = attemptsAt(signature, past, now);
  const lastAttempt = Math.max(-Infinity, ...attempts.map((a) => a.at));
  const backOff = Math.min(backOffLimitMs, backOffMs * 2 ** Math.max(0, attempts.length - 1));
  return Math.max(0, lastOnReplica + actionEveryMs - now, lastAttempt + backOff - now);
}
