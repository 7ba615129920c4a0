// Builds a site's controls: the same code while the trial runs and in a later process that cleans up after it.

import { z } from "zod";
import type { ControlName, Controls } from "../../core/controls.ts";
import { HarnessError } from "../../core/errors.ts";
import type { BareSite, Stack } from "../../core/platform.ts";
import type { Target } from "../../core/target.ts";
import type { Json } from "../../core/units.ts";
import type { SiteRef } from "../../records/site.ts";
import { openEngine } from "./engine.ts";
import { processControl, replicaControl } from "./process-control.ts";
import { openProject, type Placed, type Project } from "./project.ts";
import { platformName } from "./ways.ts";

const placeSchema = z.object({
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
});

/** What a site of a target offers; edges lead through no proxy here. */
export function offers(_target: Target, site: SiteRef): readonly ControlName[] {
  return site.edgeFrom === undefined ? ["process", "replica"] : [];
}

export function controlsOf(project: Project, { replica, edgeFrom }: BareSite): Controls {
  if (edgeFrom !== undefined) return {};
  return { process: processControl(project, replica), replica: replicaControl(project, replica) };
}

/** Holds no secret. */
export function handleOf(project: Project, places: readonly Placed[], target: string): Stack["handle"] {
  const plain = places.map(({ replica, of, service, number, port }) => ({ replica, of, service, number, port }));
  return { platform: platformName, target, engine: project.engine.host, project: project.name, places: plain };
}

/** Finds the project in a fresh process. Throws HarnessError "environment" for a foreign handle. */
export async function projectFromHandle(handle: Json): Promise<Project> {
  const parsed = handleSchema.safeParse(handle);
  if (!parsed.success) {
    const words = `this is no way back to a stack of containers: ${z.prettifyError(parsed.error)}`;
    throw new HarnessError("environment", words);
  }
  const { engine, project, places, target } = parsed.data;
  return openProject(await openEngine(engine), project, places, target);
}
