// The disturbances of an intent in one shape, whichever way they are written.

import type { Timing } from "../records/plan.ts";
import { claimTypes, type ClaimType } from "../records/claim.ts";
import type { DataPath } from "../language/yaml-nodes.ts";
import type { Fault } from "../core/fault.ts";
import type { FaultTable } from "./draft.ts";
import { msOf } from "./draft.ts";
import type { IntentFile } from "./intent-schema.ts";

type Written = IntentFile["disturb"][number];
export type FaultItem = Extract<Written, { fault: string }>;

/** `load: { times: 1.5 }` is the short way to write this fault. */
const loadFault = "load.change";

export interface Item {
  readonly item: FaultItem;
  /** Where the fault's name stands, and where its parameters do. */
  readonly name: DataPath;
  readonly params: DataPath;
}

/** The disturbance at `path` as a fault with parameters. */
export function itemOf(written: Written, path: DataPath): Item {
  if ("fault" in written) {
    return { item: written, name: [...path, "fault"], params: [...path, written.with ? "with" : "fault"] };
  }
  const { load, ...timing } = written;
  return { item: { fault: loadFault, with: load, ...timing }, name: [...path, "load"], params: [...path, "load"] };
}

/** True when the fault changes nothing; one that is unknown may change something. */
export function isHarmless({ fault }: FaultItem, faults: FaultTable): boolean {
  return faults.get(fault)?.harmless === true;
}

/** True when it may be a benign change: of load, or a fault whose parameters decide whether it harms. */
export function mayBeBenign(item: FaultItem, faults: FaultTable): boolean {
  return isBenign(item, faults) || faults.get(item.fault)?.mayBeBenign === true;
}

/** True when it changes the load and nothing else. */
export function changesLoad({ fault }: FaultItem, faults: FaultTable): boolean {
  return faults.get(fault)?.acts === "load";
}

/**
 * The service that has no room for a change of load, or in which a fault at another one shows, or all of which it
 * changes; undefined where a change is benign, and where a fault shows where it acts.
 */
export function feltByOf(item: FaultItem, faults: FaultTable): string | undefined {
  if (!changesLoad(item, faults)) return item.felt_by ?? changedService(item, faults);
  const service = item.with?.["felt_by"];
  return typeof service === "string" ? service : undefined;
}

function changedService({ fault, on }: FaultItem, faults: FaultTable): string | undefined {
  const isWhole = faults.get(fault)?.changesService === true;
  return isWhole && on !== undefined && "replica_of" in on ? on.replica_of : undefined;
}

/** True of a change that a stack has room for, and of work that people plan. */
export function isBenign(item: FaultItem, faults: FaultTable): boolean {
  return isByOperator(item, faults) || (changesLoad(item, faults) && feltByOf(item, faults) === undefined);
}

/** True of work that people plan, by the target's own operator control. */
export function isByOperator({ fault }: FaultItem, faults: FaultTable): boolean {
  return faults.get(fault)?.byOperator === true;
}

/** Its timing; undefined when it begins with the injection and stays. Durations that are malformed count as absent. */
export function timingOf({ at, for: lasts, when, during }: FaultItem): Timing | undefined {
  const [atMs, forMs] = [msOf(at), msOf(lasts)];
  const timing: Timing = {
    ...(atMs !== undefined && { atMs }),
    ...(when !== undefined && { when: whenOf(when) }),
    ...(during !== undefined && { during }),
    ...(forMs !== undefined && { forMs }),
  };
  return Object.keys(timing).length === 0 ? undefined : timing;
}

function whenOf(when: NonNullable<FaultItem["when"]>): NonNullable<Timing["when"]> {
  if (typeof when === "object") return { claim: claimNamed(when.claim) ?? "detected" };
  return { condition: when.trim() };
}

/** The claim of that name, if the contract has one. */
export function claimNamed(name: string): ClaimType | undefined {
  return claimTypes.find((type) => type === name);
}

/** True of a fault that acts on edges or replicas; changes of load, and what does nothing, act at no site. */
export function hasSite({ acts }: Pick<Fault, "acts">): boolean {
  return acts === "edge" || acts === "replica";
}
