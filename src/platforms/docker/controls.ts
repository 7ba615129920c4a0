// Builds a site's controls: the same code while the trial runs and in a later process that cleans up after it.

import { z } from "zod";
import { siteName, type ControlName, type Controls } from "../../core/controls.ts";
import { HarnessError } from "../../core/errors.ts";
import type { BareSite, Stack } from "../../core/platform.ts";
import type { Target } from "../../core/target.ts";
import type { Json } from "../../core/units.ts";
import type { SiteRef } from "../../records/site.ts";
import { edgeControl, type EdgeOfProxy } from "../toxiproxy/edge-control.ts";
import { lateEdge, proxySchema, type ProxyHandle } from "../toxiproxy/late-edge.ts";
import { isProvableEdge } from "../toxiproxy/provable-edge.ts";
import { diskControl } from "./disk-control.ts";
import { openEngine } from "./engine.ts";
import { engineControl } from "./engine-control.ts";
import { eventControl } from "./event-control.ts";
import { memoryControl } from "./memory-control.ts";
import { networkControl } from "./network-control.ts";
import { processControl, replicaControl } from "./process-control.ts";
import { openProject, type Placed, type Project } from "./project.ts";
import { quotaControl } from "./quota-control.ts";
import { releaseControl } from "./release-control.ts";
import { platformName } from "./ways.ts";

export const placeSchema = z.object({
  replica: z.string(),
  of: z.string(),
  service: z.string(),
  number: z.number().int(),
  port: z.number().int(),
});

const handleSchema = z.object({
  platform: z.literal(platformName),
  target: z.string(),
  /** Where the engine answers, as DOCKER_HOST has it. */
  engine: z.string(),
  project: z.string(),
  places: z.array(placeSchema),
  healthPaths: z.record(z.string(), z.string()).default({}),
  proxy: proxySchema.exactOptional(),
});

/** What a site of a target offers. */
export function offers(target: Target, site: SiteRef): readonly ControlName[] {
  // A name that is called leads one way.
  const isCalled = site.via === undefined && isProvableEdge(target, site);
  const ofEdge = isCalled ? (["edge", "strikes"] as const) : [];
  return ["process", "replica", "networks", "quotas", "memory", "engine", "events", "disks", "releases", ...ofEdge];
}

/** `edge`: of the site's edge, where it is one. */
export function controlsOf(project: Project, { replica }: BareSite, edge: EdgeOfProxy | undefined): Controls {
  return {
    process: processControl(project, replica),
    replica: replicaControl(project, replica),
    networks: networkControl(project, replica),
    quotas: quotaControl(project, replica),
    memory: memoryControl(project),
    engine: engineControl(project),
    events: eventControl(project),
    disks: diskControl(project, replica),
    releases: releaseControl(project, replica),
    ...(edge && { edge, strikes: edge }),
  };
}

/** Holds no secret. */
export function handleOf(
  project: Project,
  places: readonly Placed[],
  { name: target, services }: Target,
  proxy?: ProxyHandle,
): Stack["handle"] {
  const plain = places.map(({ replica, of, service, number, port }) => ({ replica, of, service, number, port }));
  const healthPaths = Object.fromEntries(services.map(({ name, healthPath }) => [name, healthPath ?? "/"]));
  return {
    platform: platformName,
    target,
    engine: project.engine.host,
    project: project.name,
    places: plain,
    healthPaths,
    ...(proxy && { proxy: { ...proxy } }),
  };
}

/** Finds the stack in a fresh process. Throws HarnessError "environment" for a foreign handle. */
export async function cleanerOf(handle: Json): Promise<Pick<Stack, "controls">> {
  const parsed = handleSchema.safeParse(handle);
  if (!parsed.success) {
    const words = `this is no way back to a stack of containers: ${z.prettifyError(parsed.error)}`;
    throw new HarnessError("environment", words);
  }
  const { engine, project: name, places, target, healthPaths, proxy } = parsed.data;
  const project = openProject(await openEngine(engine), name, places, target);
  const edgeAt = (site: BareSite): EdgeOfProxy | undefined => {
    const known = site.edgeFrom === undefined ? undefined : proxy?.names[siteName(site)];
    if (proxy === undefined || known === undefined) return undefined;
    const path = healthPaths[site.service] ?? "/";
    return lateEdge(proxy.apiUrlFile, (apiUrl) => edgeControl(apiUrl, known, path));
  };
  return { controls: (site) => controlsOf(project, site, edgeAt(site)) };
}
