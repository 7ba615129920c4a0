// A compose project as a stack: which container is which replica, and where each answers now.

import { HarnessError } from "../../core/errors.ts";
import { loopbackUrl } from "../../core/addresses.ts";
import type { ContainerPlace } from "../../core/containers.ts";
import type { Target } from "../../core/target.ts";
import type { InventoryReplica } from "../../records/inventory.ts";
import { containersOf, publishedPort, type SeenContainer } from "./containers.ts";
import type { Engine } from "./engine.ts";
import { ownActs, type OwnActs } from "./own-acts.ts";

/** A replica of the target, and its place in the project. */
export interface Placed extends ContainerPlace {
  readonly replica: string;
  readonly of: string;
}

/** A replica with its container. */
interface SeenReplica extends Placed {
  readonly container: SeenContainer | undefined;
}

export interface Project {
  readonly engine: Engine;
  readonly name: string;
  /** What was ordered of its containers. */
  readonly own: OwnActs;
  /** Replicas of target.yaml, and those of the same services that came later. */
  look(): Promise<readonly SeenReplica[]>;
  inventory(): Promise<readonly InventoryReplica[]>;
  /** By the last look. Throws HarnessError "bug" for a stranger. */
  addressOf(replica: string): string;
  /** Ports of this machine by replica, by the last look. */
  ports(): Readonly<Record<string, number>>;
}

/** Throws HarnessError "bad-input" for a replica that names no container. */
export function placesOf(target: Target): readonly Placed[] {
  return target.services.flatMap(({ name: of, replicas }) =>
    replicas.map(({ id: replica, container }) => {
      if (container !== undefined) return { replica, of, ...container };
      throw new HarnessError("bad-input", `replica ${replica} of ${target.name} names no container`);
    }),
  );
}

/** `target`: its name, for people. */
export function openProject(engine: Engine, name: string, places: readonly Placed[], target: string): Project {
  const ports = new Map<string, number>();
  const look = async (): Promise<readonly SeenReplica[]> => {
    const containers = await containersOf(engine, name);
    const seen = replicasOf(places, containers);
    for (const { replica, port, container } of seen) {
      // One that is down keeps the port that it had: it will mostly have it again.
      const published = container && publishedPort(container, port);
      if (published !== undefined) ports.set(replica, published);
    }
    return seen;
  };
  return {
    engine,
    name,
    own: ownActs(),
    look,
    inventory: async () =>
      (await look()).map(({ replica, of, container }) => {
        const port = ports.get(replica);
        return {
          service: of,
          replica,
          instance: container?.instance ?? null,
          ...(port !== undefined && { port }),
          version: container === undefined ? "none" : versionOf(container),
        };
      }),
    addressOf(replica) {
      const port = ports.get(replica);
      if (port !== undefined) return loopbackUrl(port);
      throw new HarnessError("bug", `target ${target} has no replica ${replica} whose port is published`);
    },
    ports: () => Object.fromEntries(ports),
  };
}

function replicasOf(places: readonly Placed[], containers: readonly SeenContainer[]): readonly SeenReplica[] {
  const declared = places.map((place) => ({ ...place, container: newestOf(place, containers) }));
  const later = containers.flatMap((container) => {
    const sibling = places.find(({ service }) => service === container.service);
    const known = places.some(({ service, number }) => service === container.service && number === container.number);
    if (sibling === undefined || known) return [];
    const { service, number } = container;
    return [{ ...sibling, replica: `${service}-${number}`, number, container }];
  });
  return [...declared, ...later].toSorted((a, b) => (a.replica < b.replica ? -1 : 1));
}

/** A healer may put a new container beside the old one: the one that runs counts. */
function newestOf(place: Placed, containers: readonly SeenContainer[]): SeenContainer | undefined {
  const all = containers.filter(({ service, number }) => service === place.service && number === place.number);
  return all.find(({ instance }) => instance !== undefined) ?? all[0];
}

/** `shop:1.2 (sha256 0123456789ab)`. */
function versionOf({ info }: SeenContainer): string {
  return `${info.Config.Image} (${info.Image.replace(/^sha256:/, "sha256 ").slice(0, 19)})`;
}
