// What of a stack in a Swarm can be taken back, as it stands in undo logs: what a trial has switched off of Swarm's
// own healing, and the stack itself where the trial has started it. The shape is not strict: a way back is taken also
// where a later build wrote more beside it.

import { z } from "zod";
import { HarnessError } from "../../../core/errors.ts";
import type { Frozen } from "../../../records/parts.ts";
import type { PlatformEntry } from "../../../records/undo.ts";

/** The platform's name; undo logs name it. */
export const platformName = "swarm";

const switchSchema = z.object({
  service: z.string().min(1),
  name: z.string(),
  /** What it said before; null: nothing. */
  restarts: z.string().nullable().exactOptional(),
  onFailure: z.string().nullable().exactOptional(),
});

const switchesSchema = z.object({
  kind: z.literal("switches"),
  /** Where the manager's engine answers, as DOCKER_HOST has it. */
  engine: z.string().min(1),
  stack: z.string().min(1),
  switches: z.array(switchSchema),
});
const startedSchema = z.object({
  kind: z.literal("stack"),
  engine: z.string().min(1),
  /** On every service, task and network of the trial. */
  marker: z.string().min(1),
});
const waySchema = z.discriminatedUnion("kind", [switchesSchema, startedSchema]);
type Switches = Frozen<z.infer<typeof switchesSchema>>;
type Started = Frozen<z.infer<typeof startedSchema>>;
/** What one service said before of that which is switched off. */
export type Switch = Switches["switches"][number];

/** Written before anything is switched off. */
export function entryOf(way: Omit<Switches, "kind">): PlatformEntry {
  const { engine, stack } = way;
  const switches = way.switches.map(({ service, name, restarts, onFailure }) => ({
    service,
    name,
    ...(restarts !== undefined && { restarts }),
    ...(onFailure !== undefined && { onFailure }),
  }));
  const what = `what Swarm does by itself for ${way.switches.map(({ name }) => name).join(", ")}`;
  return { kind: "platform", platform: platformName, what, way: { kind: "switches", engine, stack, switches } };
}

/** Written before anything is started. */
export function startedEntry({ engine, marker }: Omit<Started, "kind">): PlatformEntry {
  const what = `services, tasks and networks of ${marker}`;
  return { kind: "platform", platform: platformName, what, way: { kind: "stack", engine, marker } };
}

/** What is switched off is switched on again around a stack that goes on. */
export function isStarted({ platform, way }: PlatformEntry): boolean {
  return platform === platformName && startedSchema.safeParse(way).success;
}

/** Throws HarnessError "environment" for an entry of another platform, or one that is none of these. */
export function wayOf({ platform, what, way }: PlatformEntry): Switches | Started {
  if (platform !== platformName) {
    const words = `${what} is of the platform ${platform}, and not for ${platformName} to open`;
    throw new HarnessError("environment", words);
  }
  const parsed = waySchema.safeParse(way);
  if (parsed.success) return parsed.data;
  throw new HarnessError("environment", `${what} cannot be read: ${z.prettifyError(parsed.error)}`);
}
