// A stack of a Swarm as the harness knows one: which task is which replica, and where each answers now.

import { loopbackHost } from "../../../core/addresses.ts";
import { HarnessError } from "../../../core/errors.ts";
import type { InventoryReplica } from "../../../records/inventory.ts";
import type { Engine } from "../engine.ts";
import type { Placed } from "../project.ts";
import {
  instanceOf,
  isUpdating,
  servicesOf,
  shortName,
  takenBackAt,
  tasksIn,
  type SeenTask,
  type ServiceNow,
} from "./cluster.ts";

/** A replica: a slot of a service, with the task in it that counts. */
interface SeenSlot extends Placed {
  /** The one that runs, else the newest; undefined where there never was one. */
  readonly task: SeenTask | undefined;
  readonly instance: string | undefined;
  /** Of the newest task that began: of one that is still to begin it is not known whether it will. */
  readonly version: string;
  /** The manager replaces tasks of its service, or watches those that it has replaced. */
  readonly isUpdating: boolean;
  /** When the manager began to take the last update of its service back, by its own clock; undefined: it did not. */
  readonly takenBackAt: string | undefined;
  /** Why the newest of its tasks that says so did not run, in the manager's words. */
  readonly trouble: string | undefined;
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
    const services = await servicesOf(engine, name);
    const tasks = await tasksIn(engine, name, services);
    const slots = places.map((place) =>
      slotOf(place, {
        tasks,
        service: services.find(({ Spec: spec }) => shortName(name, spec.Name) === place.service),
      }),
    );
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
      (await look()).map(({ of: service, replica, instance, version, takenBackAt: at }) => ({
        service,
        replica,
        instance: instance ?? null,
        ...(addresses.has(replica) && { port: addresses.get(replica)?.port ?? 1 }),
        version,
        state: { rollback: at ?? "none" },
      })),
    addressOf(replica) {
      const place = addresses.get(replica);
      if (place !== undefined) return `http://${place.host}:${place.port}`;
      throw new HarnessError("bug", `target ${target} has no replica ${replica} that its node publishes a port of`);
    },
  };
}

interface Seen {
  readonly tasks: readonly SeenTask[];
  readonly service: ServiceNow | undefined;
}

function slotOf(place: Placed, { tasks, service }: Seen): SeenSlot {
  const own = tasks.filter((one) => one.service === place.service && one.slot === place.number);
  const running = own.find(({ runs }) => runs);
  const shown = running ?? own.find(({ started }) => started);
  return {
    ...place,
    task: running ?? own[0],
    instance: running && instanceOf(running),
    version: shown === undefined ? "none" : `${shown.image} ${shown.command}`.trim().slice(0, 200),
    isUpdating: service !== undefined && isUpdating(service),
    takenBackAt: service && takenBackAt(service),
    trouble: own.find(({ trouble }) => trouble !== "")?.trouble,
  };
}

/** At its own node, and not by the routing mesh: that leads to any of them. */
export function placeOf({ node, ports }: SeenTask, inside: number): { host: string; port: number } | undefined {
  const published = ports.find((port) => port.inside === inside)?.published ?? 0;
  if (node === undefined || node.address === "" || published === 0) return undefined;
  return { host: node.address === "0.0.0.0" ? loopbackHost : node.address, port: published };
}
