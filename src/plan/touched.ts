// What the trials of an intent will touch, told before anything is: sites by role and count, dose, longest time, the
// way back, what ends it early, and what stays untouched. Pure: from plans and targets alone.

import { limitsOf, longestFaultMs } from "../core/blast-radius.ts";
import type { Fault } from "../core/fault.ts";
import type { Intent } from "../core/intent.ts";
import { harmsSite, withoutSite } from "../core/plan.ts";
import { siteName } from "../core/controls.ts";
import { timingText } from "../core/timing.ts";
import type { Target } from "../core/target.ts";
import type { Ms, Share } from "../core/units.ts";
import type { Condition } from "../records/conditions.ts";
import type { PlannedDisturbance, TrialPlan } from "../records/plan.ts";

/** One fault at the replicas of one service, or on edges to them. */
export interface TouchedSites {
  readonly fault: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** When it begins and ends, as a clause behind the fault; absent when it begins with the injection and stays. */
  readonly when?: string;
  readonly service: string;
  /** Another service in which it shows, where a repair is within reach; absent: none. */
  readonly feltBy?: string;
  /** Names of the sites that are chosen in one trial or another. */
  readonly sites: readonly string[];
  /** Most replicas that it hits in one trial. */
  readonly atOnce: number;
  /** What taking it back does. */
  readonly wayBack: string;
}

/** A service of the target: how many of its replicas are hit at once by all faults together, of how many. */
export interface TouchedService {
  readonly service: string;
  readonly atOnce: number;
  readonly replicas: number;
}

export interface Touched {
  readonly intent: string;
  readonly target: string;
  readonly targetFile: string;
  /** What it is attached to, which goes on afterwards; absent: each trial starts a stack of its own. */
  readonly runsAlready?: string;
  readonly trials: number;
  readonly faults: readonly TouchedSites[];
  /** Every service of the target; those with `atOnce` 0 are not touched. */
  readonly services: readonly TouchedService[];
  /** Most of a service that may be hit at once. */
  readonly maxShare: Share;
  /** What is changed at no site, in words: `load.change times 1.5`. */
  readonly changes: readonly string[];
  /** How often a document of our own is written into the stack; absent when none is. */
  readonly documentsEveryMs?: Ms;
  /** Longest time that a disturbance may be in place, and the target's cap on it. */
  readonly longestMs: Ms;
  readonly maxDurationMs: Ms;
  readonly abortIf: readonly Condition[];
}

/** What is planned, and for whom. */
export interface TouchingPlans {
  readonly intents: readonly Intent[];
  readonly targets: readonly Target[];
  readonly plans: readonly TrialPlan[];
}

type FaultTexts = ReadonlyMap<string, Pick<Fault, "wayBack">>;

function attachedTo({ containers }: Target): Pick<Touched, "runsAlready"> {
  const { project, stack } = containers ?? {};
  if (stack !== undefined) return { runsAlready: `the stack ${stack} of a Swarm` };
  return project === undefined ? {} : { runsAlready: `the project ${project}` };
}

/** One entry for each intent that has trials, in the order of the intents. */
export function touchedBy({ intents, targets, plans }: TouchingPlans, faults: FaultTexts): Touched[] {
  return intents.flatMap((intent) => {
    const own = plans.filter((plan) => plan.intent === intent.id);
    const [first] = own;
    const target = targets.find(({ name }) => name === first?.target);
    if (first === undefined || target === undefined) return [];
    const limits = limitsOf(target, intent);
    const { documentsEveryMs } = first.targetFacts;
    return [
      {
        intent: intent.id,
        target: target.name,
        targetFile: target.file,
        ...attachedTo(target),
        trials: own.length,
        faults: faultsOf(own, faults),
        services: target.services.map(({ name, replicas }) => ({
          service: name,
          atOnce: Math.max(...own.map((plan) => replicasHit(plan, ({ site }) => site.service === name))),
          replicas: replicas.length,
        })),
        maxShare: limits.maxShare,
        changes: changesOf(own),
        ...(documentsEveryMs === undefined ? {} : { documentsEveryMs }),
        longestMs: Math.max(...own.map((plan) => longestFaultMs(plan))),
        maxDurationMs: limits.maxDurationMs,
        abortIf: first.abortIf ?? [],
      },
    ];
  });
}

function atSites({ disturbances }: TrialPlan): PlannedDisturbance[] {
  return disturbances.filter((one) => harmsSite(one) && one.site.replica !== "");
}

function changesOf(plans: readonly TrialPlan[]): string[] {
  const all = plans.flatMap(({ disturbances }) => disturbances);
  const changes = all.filter((one) => one.harmless !== true && one.site.replica === "");
  return [...new Set(changes.map((one) => withoutSite(one) + timingText(one.timing)))];
}

function replicasHit(plan: TrialPlan, fits: (planned: PlannedDisturbance) => boolean): number {
  return new Set(
    atSites(plan)
      .filter(fits)
      .map(({ site }) => site.replica),
  ).size;
}

/** The same fault with the same parameters at one service, or on edges from one caller to it, is one entry. */
function keyOf({ fault, site, feltBy, params, timing }: PlannedDisturbance): string {
  return JSON.stringify([fault, site.service, site.edgeFrom, site.via, feltBy, params, timing]);
}

function faultsOf(plans: readonly TrialPlan[], faults: FaultTexts): TouchedSites[] {
  const groups = new Map<string, PlannedDisturbance[]>();
  for (const planned of plans.flatMap(atSites)) {
    groups.set(keyOf(planned), [...(groups.get(keyOf(planned)) ?? []), planned]);
  }
  return [...groups].flatMap(([key, group]) => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      {
        fault: first.fault,
        params: first.params,
        ...(first.timing && { when: timingText(first.timing) }),
        service: first.site.service,
        ...(first.feltBy !== undefined && { feltBy: first.feltBy }),
        sites: [...new Set(group.map(({ site }) => siteName(site)))].toSorted(),
        atOnce: Math.max(...plans.map((plan) => replicasHit(plan, (planned) => keyOf(planned) === key))),
        wayBack: faults.get(first.fault)?.wayBack ?? "as its undo log says",
      },
    ];
  });
}
