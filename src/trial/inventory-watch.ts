// Looks at the target's inventory again and again and writes down what changed: the platform's view of who acted where.

import type { Inventory, InventoryReplica } from "../records/inventory.ts";
import { messageOf } from "../core/errors.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { InventoryChange } from "../records/timeline/inventory.ts";
import type { Ms } from "../core/units.ts";
import type { Emit, RunningStack, TrialClock } from "./ports.ts";
import { pause } from "./pause.ts";

/** Most and least time between two looks, ms. */
const [slowestMs, quickestMs]: readonly [Ms, Ms] = [250, 20];

/**
 * As often as the quickest state probe looks, within bounds: t4 is as sharp as these looks, and no sharper than others
 * need be.
 */
export function inventoryPeriod(plan: Pick<TrialPlan, "targetFacts">): Ms {
  const periods = plan.targetFacts.stateProbes.map(({ everyMs }) => everyMs);
  return Math.max(quickestMs, Math.min(slowestMs, ...periods));
}

type Field = InventoryChange["field"];

/** What differs between two inventories, replica by replica; pure. */
export function inventoryChanges(before: Inventory, after: Inventory): InventoryChange[] {
  const changes: InventoryChange[] = [];
  const old = new Map(before.replicas.map((replica) => [replica.replica, replica]));
  for (const now of after.replicas) {
    const was = old.get(now.replica);
    old.delete(now.replica);
    if (was === undefined) changes.push(change(now, "presence", null, "present"));
    else changes.push(...fieldChanges(was, now));
  }
  for (const gone of old.values()) changes.push(change(gone, "presence", "present", null));
  return changes;
}

function fieldChanges(was: InventoryReplica, now: InventoryReplica): InventoryChange[] {
  const fields: [Field, string | number | null, string | number | null][] = [
    ["instance", was.instance, now.instance],
    ["weight", was.weight ?? null, now.weight ?? null],
    ["version", was.version, now.version],
    ["state", stateText(was), stateText(now)],
    ["files", JSON.stringify(was.files ?? []), JSON.stringify(now.files ?? [])],
  ];
  return fields.filter(([, a, b]) => a !== b).map(([field, a, b]) => change(now, field, a, b));
}

/** `cacheClears 1, reduced 2`, by name, so that the order in which a stack lists them is no change; null: nothing. */
function stateText({ state = {} }: InventoryReplica): string | null {
  const cells = Object.entries(state).map(([name, value]) => `${name} ${value}`);
  return cells.length === 0 ? null : cells.toSorted().join(", ");
}

function change(
  replica: InventoryReplica,
  field: Field,
  before: string | number | null,
  after: string | number | null,
): InventoryChange {
  return { service: replica.service, replica: replica.replica, field, before, after };
}

/**
 * The inventory may stay away this long before it counts as trouble: an action that falls into it is not seen in time.
 */
const blindLimitMs: Ms = 1_000;

/** Whom to tell, by which clock, how often, until when. */
interface InventoryWatch {
  readonly clock: TrialClock;
  readonly everyMs: Ms;
  readonly record: Emit;
  readonly signal: AbortSignal;
}

/** Watches until the signal; an outage of more than a second is written down as trouble, once. */
export async function watchInventory(
  stack: Pick<RunningStack, "inventory">,
  { clock, everyMs, record, signal }: InventoryWatch,
): Promise<void> {
  let last: { inventory: Inventory; from: Ms } | undefined;
  let blindSince: Ms | undefined;
  while (!signal.aborted) {
    const from = clock.now();
    try {
      const inventory = await stack.inventory(signal);
      const changes = last === undefined ? [] : inventoryChanges(last.inventory, inventory);
      if (last === undefined || changes.length > 0) {
        record({ kind: "inventory", from, lastSameFrom: last?.from ?? from, inventory, changes });
      }
      last = { inventory, from };
      blindSince = undefined;
    } catch (thrown) {
      const since = (blindSince ??= from);
      if (!signal.aborted && from - since > blindLimitMs) {
        record({ kind: "trouble", where: "inventory", reason: messageOf(thrown) });
        blindSince = Infinity;
      }
    }
    await pause(everyMs, signal);
  }
}
