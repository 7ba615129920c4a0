// What probes get to know of a running stack: its replicas by target.yaml and by the live inventory.

import { isAllowedHost } from "../../core/addresses.ts";
import type { Inventory } from "../../records/inventory.ts";
import type { Stack } from "../../core/platform.ts";
import { healthOf } from "../../core/health.ts";
import type { Target } from "../../core/target.ts";
import type { ProbedReplica, TargetAccess } from "../../core/probe-kind.ts";

/**
 * Replicas of target.yaml are always known; others as long as the last inventory has them. `inventory`: the last one
 * that was read.
 */
export function targetAccess(
  target: Target,
  stack: Pick<Stack, "addressOf" | "isRunning" | "runIn">,
  inventory: () => Inventory | undefined,
): TargetAccess {
  const serviceOf = (name: string): Target["services"][number] | undefined =>
    target.services.find((service) => service.name === name);
  const allows = (host: string): boolean => isAllowedHost(host, target.addresses ?? []);
  return {
    replicas(name) {
      const declared = serviceOf(name)?.replicas.map(({ id }) => id) ?? [];
      const seen = new Map(
        (inventory()?.replicas ?? [])
          .filter(({ service, replica }) => service === name || declared.includes(replica))
          .map((entry) => [entry.replica, entry]),
      );
      return [...new Set([...declared, ...seen.keys()])].map((replica): ProbedReplica => {
        const instance = seen.get(replica)?.instance ?? null;
        const isRunning = instance === null ? null : () => stack.isRunning(instance);
        const runInside = instance === null ? undefined : stack.runIn?.(replica, instance);
        return { replica, address: stack.addressOf(replica), allows, isRunning, ...(runInside && { runInside }) };
      });
    },
    health: (name) => healthOf(serviceOf(name)),
  };
}
