// Builds a site's controls: the same code while the trial runs and in a later process that cleans up after it.

import { z } from "zod";
import type { ControlName, Controls } from "../../../core/controls.ts";
import { HarnessError } from "../../../core/errors.ts";
import type { BareSite, Stack } from "../../../core/platform.ts";
import type { Target } from "../../../core/target.ts";
import type { Json } from "../../../core/units.ts";
import type { SiteRef } from "../../../records/site.ts";
import { placeSchema } from "../controls.ts";
import { openEngine } from "../engine.ts";
import type { Placed } from "../project.ts";
import { managersControl } from "./managers-control.ts";
import { nodeControl } from "./node-control.ts";
import { processControl, replicaControl } from "./process-control.ts";
import { rolloutControl } from "./rollout-control.ts";
import { openSwarmStack, type SwarmStack } from "./stack.ts";
import { platformName } from "./ways.ts";

const handleSchema = z.object({
  platform: z.literal(platformName),
  target: z.string(),
  /** Where the manager's engine answers, as DOCKER_HOST has it. */
  engine: z.string(),
  stack: z.string(),
  places: z.array(placeSchema),
});

/** What a site of a target offers; edges lead through no proxy here. */
export function offers(_target: Target, site: SiteRef): readonly ControlName[] {
  return site.edgeFrom === undefined ? ["process", "replica", "nodes", "managers", "rollouts"] : [];
}

export function controlsOf(stack: SwarmStack, places: readonly Placed[], site: BareSite): Controls {
  const { replica, edgeFrom } = site;
  if (edgeFrom !== undefined) return {};
  const service = places.find((place) => place.replica === replica)?.service ?? replica;
  return {
    process: processControl(stack, replica),
    replica: replicaControl(stack, replica),
    nodes: nodeControl(stack, replica),
    managers: managersControl(stack.engine),
    rollouts: rolloutControl(stack, service),
  };
}

/** Holds no secret. */
export function handleOf(stack: SwarmStack, places: readonly Placed[], target: string): Stack["handle"] {
  const plain = places.map(({ replica, of, service, number, port }) => ({ replica, of, service, number, port }));
  return { platform: platformName, target, engine: stack.engine.host, stack: stack.name, places: plain };
}

/** Finds the stack in a fresh process. Throws HarnessError "environment" for a foreign handle. */
export async function stackFromHandle(
  handle: Json,
): Promise<{ readonly stack: SwarmStack; readonly places: readonly Placed[] }> {
  const parsed = handleSchema.safeParse(handle);
  if (!parsed.success) {
    const words = `this is no way back to a stack of a Swarm: ${z.prettifyError(parsed.error)}`;
    throw new HarnessError("environment", words);
  }
  const { engine, stack, places, target } = parsed.data;
  return { stack: openSwarmStack(await openEngine(engine), stack, places, target), places };
}
