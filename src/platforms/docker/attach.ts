// What must be true of a project that runs already before anything is done to it.

import { loopbackHost } from "../../core/addresses.ts";
import { HarnessError } from "../../core/errors.ts";
import { requestsOf } from "../../core/session.ts";
import type { Target } from "../../core/target.ts";
import { containersOf, publishedPort, type SeenContainer } from "./containers.ts";
import type { Placed, Project } from "./project.ts";

/** Throws HarnessError "bad-input" for what must not be touched, "environment" for what is not there. */
export async function attach(project: Project, places: readonly Placed[], target: Target): Promise<void> {
  const containers = await containersOf(project.engine, project.name);
  refuseStrangers(project, containers);
  for (const place of places) {
    const own = containers.filter(({ service, number }) => service === place.service && number === place.number);
    const [container, second] = own;
    const what = `${place.replica} of ${target.name}`;
    if (container === undefined) {
      const known = containers.map(({ service, number }) => `${service}-${number}`).join(", ");
      throw new HarnessError(
        "environment",
        `project ${project.name} has no container ${place.service}-${place.number}`,
        {
          hint: `it has: ${known || "none; is it started, and on this engine?"}`,
        },
      );
    }
    if (second !== undefined) throw twice(project, [container, second]);
    if (container.isPaused) throw notNow(`container ${container.name} (${what}) is paused`, "unpause it first");
    if (container.instance === undefined)
      throw notNow(`container ${container.name} (${what}) does not run`, "start it");
    refuseUnreached(container, place, target);
  }
}

function refuseStrangers(project: Project, containers: readonly SeenContainer[]): void {
  const forbidden = containers.find(({ forbidsChaos }) => forbidsChaos);
  if (forbidden !== undefined) {
    throw new HarnessError(
      "bad-input",
      `container ${forbidden.name} does not allow chaos, by its label rebound.chaos`,
      {
        hint: `it belongs to the project ${project.name}: its owner must change the label, or target.yaml the project`,
      },
    );
  }
  const [first] = containers;
  const other = containers.find(({ folder }) => folder !== first?.folder);
  if (first !== undefined && other !== undefined) throw twice(project, [first, other]);
}

function twice({ name }: Project, [one, two]: readonly [SeenContainer, SeenContainer]): HarnessError {
  const from = ({ name: container, folder }: SeenContainer): string => `${container} (${folder || "no folder"})`;
  return new HarnessError("bad-input", `two stacks are called ${name}: ${from(one)} and ${from(two)}`, {
    hint: "give one of them another project name (docker compose -p), so that no stranger is hit",
  });
}

function notNow(what: string, hint: string): HarnessError {
  return new HarnessError("environment", what, { hint });
}

/** Users ask at a port that is written down once: it must be the same after a restart. */
function refuseUnreached(container: SeenContainer, { port, replica }: Placed, target: Target): void {
  if (publishedPort(container, port) === undefined) {
    throw notNow(
      `container ${container.name} publishes no port ${port} at ${loopbackHost}`,
      `add it to the ports of ${replica}`,
    );
  }
  const bindings = container.info.HostConfig.PortBindings as Record<string, readonly { HostPort?: string }[] | null>;
  const isFixed = (bindings[`${port}/tcp`] ?? []).some(({ HostPort: fixed = "" }) => fixed !== "" && fixed !== "0");
  const asked = target.streams.some(
    (stream) => "url" in stream && requestsOf(stream).some(({ url }) => url.includes(`{port:${replica}}`)),
  );
  if (asked && !isFixed) {
    throw notNow(
      `the port of ${container.name} that users ask changes at each restart`,
      `publish ${port} under a port of its own, such as "8080:${port}"`,
    );
  }
}
