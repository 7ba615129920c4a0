// A stack of a Swarm as the harness knows one: which task is which replica, and where each answers now.

import { loopbackHost } from "../../../core/addresses.ts";
import { HarnessError } from "../../../core/errors.ts";
import type { InventoryReplica } from "../../../records/inventory.ts";
import type { Engine } from "../engine.ts";
import type { Placed } from "../project.ts";
import { instanceOf, tasksOf, type SeenTask } from "./cluster.ts";

/** A replica: a slot of a service, with the task in it that counts. */
interface SeenSlot extends Placed {
  /** The one that runs, else the newest; undefined where there never was one. */
  readonly task: SeenTask | undefined;
  readonly instance: string | undefined;
}

export interface SwarmStack {
  readonly engine: Engine;
  readonly name: string;
  look(): Promise<readonly SeenSlot[]>;
  inventory(): Promise<readonly InventoryReplica[]>;
  /** By the last look. Throws HarnessError "bug" for a stranger, and for one that never ran. */
  addressOf(replica: string): string;
}

/** `target`: its name, for people. */
export function openSwarmStack(engine: Engine, name: string, places: readonly Placed[], target: string): SwarmStack {
  const addresses = new Map<string, { readonly host: string; readonly port: number }>();
  const look = async (): Promise<readonly SeenSlot[]> => {
    const slots = slotsOf(places, await tasksOf(engine, name));
    for (const { replica, task, port } of slots) {
      // One that is down keeps the place that it had.
      const place = task?.runs === true ? placeOf(task, port) : undefined;
      if (place !== undefined) addresses.set(replica, place);
    }
    return slots;
  };
  return {
    engine,
    name,
    look,
    inventory: async () =>
      (await look()).map(({ of: service, replica, instance, task }) => ({
        service,
        replica,
        instance: instance ?? null,
        ...(addresses.has(replica) && { port: addresses.get(replica)?.port ?? 1 }),
        version: task === undefined ? "none" : `${task.image} ${task.command}`.trim().slice(0, 200),
      })),
    addressOf(replica) {
      const place = addresses.get(replica);
      if (place !== undefined) return `http://${place.host}:${place.port}`;
      throw new HarnessError("bug", `target ${target} has no replica ${replica} that its node publishes a port of`);
    },
  };
}

function slotsOf(places: readonly Placed[], tasks: readonly SeenTask[]): readonly SeenSlot[] {
  return places.map((place) => {
    const own = tasks.filter(({ service, slot }) => service === place.service && slot === place.number);
    const task = own.find(({ runs }) => runs) ?? own[0];
    return { ...place, task, instance: task?.runs === true ? instanceOf(task) : undefined };
  });
}

/** At its own node, and not by the routing mesh: that leads to any of them. */
export function placeOf({ node, ports }: SeenTask, inside: number): { host: string; port: number } | undefined {
  const published = ports.find((port) => port.inside === inside)?.published ?? 0;
  if (node === undefined || node.address === "" || published === 0) return undefined;
  return { host: node.address === "0.0.0.0" ? loopbackHost : node.address, port: published };
}
