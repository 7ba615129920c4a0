// What must be true of a project that runs already before anything is done to it.

import { loopbackHost } from "../../core/addresses.ts";
import { HarnessError, type ErrorCode } from "../../core/errors.ts";
import type { Unfit } from "../../core/platform.ts";
import { requestsOf } from "../../core/session.ts";
import type { Target } from "../../core/target.ts";
import { containersOf, publishedPort, type SeenContainer } from "./containers.ts";
import type { Placed, Project } from "./project.ts";

/** "bad-input": it must not be touched; "environment": it cannot be used as it is now. */
interface Trouble extends Unfit {
  readonly code: ErrorCode;
}

/** Throws HarnessError "bad-input" for what must not be touched, "environment" for what is not there. */
export async function attach(project: Project, places: readonly Placed[], target: Target): Promise<void> {
  const [trouble] = await troublesWith(project, places, target);
  if (trouble === undefined) return;
  const { code, found, suggestion } = trouble;
  throw new HarnessError(code, found, suggestion === undefined ? {} : { hint: suggestion });
}

/** Everything that keeps trials from the project as it is now. */
export async function troublesWith(
  project: Project,
  places: readonly Placed[],
  target: Target,
): Promise<readonly Trouble[]> {
  const containers = await containersOf(project.engine, project.name);
  const stranger = strangerIn(project, containers);
  if (stranger !== undefined) return [stranger];
  if (containers.length === 0) return [noneOf(project)];
  return places.flatMap((place) => {
    const own = containers.filter(({ service, number }) => service === place.service && number === place.number);
    const [container, second] = own;
    if (container === undefined) return [notIn(project, containers, place, target)];
    if (second !== undefined) return [twice(project, [container, second])];
    return troubleOf(container, place, target) ?? [];
  });
}

const projectKey = ["containers", "project"] as const;

/** Where target.yaml has a replica, and of that its container where it says one. */
function keyOf({ replica }: Placed, { services }: Target, key: string): Unfit["at"] {
  const at = services.findIndex(({ replicas }) => replicas.some(({ id }) => id === replica));
  return ["services", at, "replicas", services[at]?.replicas.findIndex(({ id }) => id === replica) ?? 0, key];
}

function noneOf({ name, engine }: Project): Trouble {
  return {
    code: "environment",
    at: projectKey,
    found: `the engine at ${engine.host} has no container of a project ${name}`,
    expected: "a compose project that runs",
    suggestion: "is it started, and on this engine? `docker compose ls` lists those that are there",
  };
}

function notIn({ name }: Project, containers: readonly SeenContainer[], place: Placed, target: Target): Trouble {
  const known = containers.map(({ service, number }) => `${service}-${number}`).join(", ");
  return {
    code: "environment",
    at: keyOf(place, target, "container"),
    found: `project ${name} has no container ${place.service}-${place.number}`,
    expected: `a container of that project for ${place.replica}`,
    suggestion: `it has: ${known}`,
  };
}

function strangerIn(project: Project, containers: readonly SeenContainer[]): Trouble | undefined {
  const forbidden = containers.find(({ forbidsChaos }) => forbidsChaos);
  if (forbidden !== undefined) {
    return {
      code: "bad-input",
      at: projectKey,
      found: `container ${forbidden.name} does not allow chaos, by its label rebound.chaos`,
      expected: "containers whose owner allows it",
      suggestion: `it belongs to the project ${project.name}: its owner must change the label, or target.yaml the project`,
    };
  }
  const [first] = containers;
  const other = containers.find(({ folder }) => folder !== first?.folder);
  return first !== undefined && other !== undefined ? twice(project, [first, other]) : undefined;
}

function twice({ name }: Project, [one, two]: readonly [SeenContainer, SeenContainer]): Trouble {
  const from = ({ name: container, folder }: SeenContainer): string => `${container} (${folder || "no folder"})`;
  return {
    code: "bad-input",
    at: projectKey,
    found: `two stacks are called ${name}: ${from(one)} and ${from(two)}`,
    expected: "one",
    suggestion: "give one of them another project name (docker compose -p), so that no stranger is hit",
  };
}

/** It must run, and users and probes must reach it at a port that is the same after a restart. */
function troubleOf(container: SeenContainer, place: Placed, target: Target): Trouble | undefined {
  const { port, replica } = place;
  const what = `container ${container.name} (${replica} of ${target.name})`;
  const about = (key: string, found: string, expected: string, suggestion: string): Trouble => ({
    code: "environment",
    at: keyOf(place, target, key),
    found,
    expected,
    suggestion,
  });
  const running = "one that runs";
  if (container.isPaused) return about("container", `${what} is paused`, running, "unpause it first");
  if (container.instance === undefined) return about("container", `${what} does not run`, running, "start it");
  if (publishedPort(container, port) === undefined) {
    const found = `container ${container.name} publishes no port ${port} at ${loopbackHost}`;
    return about("port", found, "one that this machine reaches", `add it to the ports of ${replica}`);
  }
  const bindings = container.info.HostConfig.PortBindings as Record<string, readonly { HostPort?: string }[] | null>;
  const isFixed = (bindings[`${port}/tcp`] ?? []).some(({ HostPort: fixed = "" }) => fixed !== "" && fixed !== "0");
  const asked = target.streams.some(
    (stream) => "url" in stream && requestsOf(stream).some(({ url }) => url.includes(`{port:${replica}}`)),
  );
  if (!asked || isFixed) return undefined;
  const found = `the port of ${container.name} that users ask changes at each restart`;
  return about("port", found, "one that stays", `publish ${port} under a port of its own, such as "8080:${port}"`);
}
