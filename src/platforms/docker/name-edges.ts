// Edges of a stack of containers: the names of a replica lead to a container of ours, which carries its callers to a
// fault proxy, which calls the replica. No caller is told anything. What the engine does with names is kept: those of a
// replica that does not run lead nowhere, and one that is started again is found at its new address.

import type { ProxyHow } from "../../core/platform.ts";
import type { Target, TargetEdge } from "../../core/target.ts";
import type { SeenEdge } from "../../records/survey.ts";
import type { UndoJournal } from "../../core/undo.ts";
import { HarnessError } from "../../core/errors.ts";
import { surveyEdges } from "../toxiproxy/edge-survey.ts";
import { openStackEdges, type StackEdges } from "../toxiproxy/stack-edges.ts";
import type { SeenContainer } from "./containers.ts";
import { startDoors, type Doors } from "./door/door-process.ts";
import { unlessSo, type Engine } from "./engine.ts";
import { onContainerEvents } from "./events.ts";
import { join, startHolder, type Holder, type NetworkNames } from "./holder.ts";
import type { Placed, Project } from "./project.ts";
import { proxiesInto } from "./ways.ts";

interface Opening {
  readonly engine: Engine;
  readonly target: Target;
  readonly places: readonly Placed[];
  readonly seed: number;
  /** On every container that is made. */
  readonly marker: string;
  readonly journal: UndoJournal;
}

/** One replica whose names are taken. */
interface Taken {
  readonly edge: TargetEdge;
  readonly port: number;
  readonly holder: Holder;
  readonly networks: readonly NetworkNames[];
  upstream: string;
  isThere: boolean;
}

export interface NameEdges extends Pick<StackEdges, "handle" | "controlAt"> {
  /** The edge to that container's replica; undefined when there is none. */
  edgeTo(service: string, number: number): TargetEdge | undefined;
  /** Its names must be nobody's by now, and it must run. */
  take(edge: TargetEdge, container: SeenContainer, networks: readonly NetworkNames[]): Promise<void>;
  /** From now on names follow what runs. */
  follow(project: Project): void;
  survey(): Promise<readonly SeenEdge[]>;
  /** Takes every proxy and door away, and leaves the containers that had the names. Names what stays. */
  stop(): Promise<readonly string[]>;
}

/** Undefined for a target without edges, and where nobody asks for proxies. */
export async function openNameEdges(opening: Opening, how: ProxyHow | undefined): Promise<NameEdges | undefined> {
  const { engine, target, places, seed, marker, journal } = opening;
  if (how === undefined || target.edges.length === 0) return undefined;
  const options = { target, seed, instanceId: marker, journal: proxiesInto(journal), onPort: () => undefined };
  const edges = await openStackEdges(options, how);
  const doors = startDoors(how.mark, how.onLost);
  const taken: Taken[] = [];
  let watching: AsyncDisposable | undefined;
  const stop = async (): Promise<readonly string[]> => {
    await watching?.[Symbol.asyncDispose]();
    await doors.stop();
    return edges.proxies.stop();
  };
  try {
    await how.onHelper(doors.helper);
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return {
    handle: edges.handle,
    controlAt: (site) => edges.controlAt(site),
    edgeTo(service, number) {
      const place = places.find((one) => one.service === service && one.number === number);
      return target.edges.find(({ to }) => to === place?.replica);
    },
    async take(edge, container, networks) {
      const port = places.find(({ replica }) => replica === edge.to)?.port ?? 0;
      taken.push(await takeOne({ engine, edges, doors, marker }, { edge, port, container, networks }));
    },
    follow(project) {
      watching = onContainerEvents(engine, () => followAll(project, edges, taken));
    },
    survey: () => surveyEdges(edges.proxies.apiUrl, edges.handle.names),
    stop,
  };
}

interface With {
  readonly engine: Engine;
  readonly edges: StackEdges;
  readonly doors: Doors;
  readonly marker: string;
}

interface Wanted extends Pick<Taken, "edge" | "port" | "networks"> {
  readonly container: SeenContainer;
}

async function takeOne({ engine, edges, doors, marker }: With, wanted: Wanted): Promise<Taken> {
  const { edge, port, container, networks } = wanted;
  const upstream = addressIn(container, networks, port);
  if (upstream === undefined) throw new HarnessError("environment", `${container.name} has no address in its networks`);
  const listen = await edges.route(edge, upstream);
  const [host = "", at = ""] = listen.split(":");
  const plan = { name: `${container.name}-name`, image: container.info.Image, marker, networks };
  const holder = await startHolder(engine, plan);
  await doors.open({ network: holder.network, port, to: { host, port: Number(at) } });
  return { edge, port, holder, networks, upstream, isThere: true };
}

/** Undefined while it does not run, or is in none of these networks. */
function addressIn(container: SeenContainer, networks: readonly NetworkNames[], port: number): string | undefined {
  if (container.instance === undefined) return undefined;
  const { Networks: all } = container.info.NetworkSettings;
  const address = networks.map(({ network }) => all[network]?.IPAddress ?? "").find((one) => one !== "");
  return address === undefined ? undefined : `${address}:${port}`;
}

async function followAll(project: Project, edges: StackEdges, taken: readonly Taken[]): Promise<void> {
  const seen = await project.look();
  for (const one of taken) {
    const container = seen.find(({ replica }) => replica === one.edge.to)?.container;
    const upstream = container && addressIn(container, one.networks, one.port);
    if (upstream !== undefined && upstream !== one.upstream) {
      await edges.lead(one.edge, upstream);
      one.upstream = upstream;
    }
    const isThere = upstream !== undefined;
    if (isThere === one.isThere) continue;
    for (const names of one.networks) await show(project.engine, one.holder, names, isThere);
    one.isThere = isThere;
  }
}

/** As the engine does with the names of a container that starts, or ends. */
async function show(engine: Engine, { id }: Holder, names: NetworkNames, isThere: boolean): Promise<void> {
  const network = engine.docker.getNetwork(names.network);
  await unlessSo(isThere ? join(engine, id, names) : network.disconnect({ Container: id, Force: true }));
}
