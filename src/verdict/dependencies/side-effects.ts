// Services that moved under a fault, though no traced call leads from them to it.

import { isTreated } from "../../core/arms.ts";
import type { TrialRecord } from "../../core/verdict.ts";
import { faultSites, scopeContainsAny } from "../../measure/marks/sites.ts";
import { eventsOf } from "../../measure/windows/timeline-view.ts";
import type { TrialFacts } from "../../records/facts/facts.ts";
import { disturbance, windowsIn, type Disturbed } from "../observation.ts";
import { withCallers, type TracedCall } from "./calls.ts";
import { byKey, intentOf, type ToldTrial } from "./told.ts";

/** What shows that a service moved. */
type Witness =
  /** A steady-state condition of the intent that asks for it broke. */
  | "condition"
  /** Fewer of its replicas answered than before. */
  | "replicas"
  /** A started action on it, or a changed replica of it. */
  | "touch"
  /** An incident that was cried there. */
  | "alarm";

/** One service that moved in trials of one intent. */
export interface SideEffect {
  readonly intent: string;
  readonly service: string;
  readonly by: Witness;
  /** false: no trace shows the service at all, so that none can say whether it may move. */
  readonly isTraced: boolean;
  readonly trials: number;
  /** Treatment trials of the intent that tell. */
  readonly of: number;
  /** The first, in words. */
  readonly says: string;
}

interface Moved extends Pick<SideEffect, "service" | "by" | "says"> {}

/** True of trials that are looked at for side effects: a fault was put somewhere, and the healer was whole. */
export function mayShowSideEffects({ record: { plan } }: ToldTrial): boolean {
  return isTreated(plan.arm) && faultSites(plan).length > 0;
}

/** By intent, service and witness. */
export function sideEffectsIn(trials: readonly ToldTrial[], calls: readonly TracedCall[]): readonly SideEffect[] {
  const traced = new Set(calls.flatMap(({ from, to }) => [from, to]));
  const treated = trials.filter(mayShowSideEffects);
  return byKey(treated, intentOf).flatMap(([intent, own]) => {
    const moved = own.flatMap((trial) => byKey(movedIn(trial, calls), keyOf).flatMap(([, [first]]) => first ?? []));
    return byKey(moved, keyOf).flatMap(([, all]) =>
      all.slice(0, 1).map((first) => ({
        intent,
        ...first,
        isTraced: traced.has(first.service),
        trials: all.length,
        of: own.length,
      })),
    );
  });
}

function keyOf({ service, by }: Moved): string {
  return `${service} ${by}`;
}

/** Of services that neither were struck nor call one that was. */
function movedIn({ record, facts }: ToldTrial, calls: readonly TracedCall[]): readonly Moved[] {
  const trial = disturbance(record, facts);
  if (trial === undefined) return [];
  const struck = faultSites(record.plan).flatMap(({ service, edgeFrom }) => [service, edgeFrom ?? service]);
  const [cone, places] = [withCallers(struck, calls), placesIn(record)];
  const found = [
    ...conditionsIn(record, facts, trial),
    ...replicasIn(facts, trial),
    ...(facts.overReach?.touches ?? []).map(({ service, replica = "", says }) => ({
      service: service ?? places.get(replica) ?? "",
      by: "touch" as const,
      says,
    })),
    ...alarmsIn(record, trial, places),
  ];
  const known = new Set(places.values());
  return found.filter(({ service }) => known.has(service) && !cone.has(service));
}

/** Services by replica, as the inventory ever showed them. */
function placesIn({ timeline }: TrialRecord): ReadonlyMap<string, string> {
  const replicas = eventsOf(timeline, "inventory").flatMap(({ inventory }) => inventory.replicas);
  return new Map(replicas.map(({ replica, service }) => [replica, service]));
}

/** A condition on the state of services names each probe by its service: `recall.vector`. */
function conditionsIn({ plan }: TrialRecord, facts: TrialFacts, { t0, until }: Disturbed): readonly Moved[] {
  const broken = new Set(windowsIn(facts, t0.hi, until).flatMap((window) => window.broken));
  return plan.steady.conditions.flatMap(({ name, expression, view }) => {
    if (view !== "state" || !broken.has(name)) return [];
    const services = [...expression.matchAll(/[A-Za-z_][\w.]*\.(\w+)/g)].map(([, last = ""]) => last);
    return [...new Set(services)].map((service) => ({ service, by: "condition" as const, says: `${name} broke` }));
  });
}

function replicasIn({ windows, ...facts }: TrialFacts, { t0, until }: Disturbed): readonly Moved[] {
  return windowsIn({ windows, ...facts }, t0.hi, until).flatMap(({ values }) =>
    Object.entries(values).flatMap(([name, value]) => {
      const before = facts.baseline[name];
      if (!name.startsWith("replicas.") || before === undefined || value >= before) return [];
      const says = `${value} of ${before} replicas answered`;
      return [{ service: name.slice("replicas.".length), by: "replicas" as const, says }];
    }),
  );
}

function alarmsIn(
  record: TrialRecord,
  { t0, until }: Disturbed,
  places: ReadonlyMap<string, string>,
): readonly Moved[] {
  const sites = faultSites(record.plan);
  return eventsOf(record.timeline, "claim").flatMap(({ at, claim: { type, scope } }) => {
    if (type !== "detected" || at < t0.lo || at > until || scopeContainsAny(scope, sites)) return [];
    const service = scope.service ?? places.get(scope.replica ?? "") ?? "";
    return [{ service, by: "alarm" as const, says: `an incident was detected on ${scope.replica ?? service}` }];
  });
}
