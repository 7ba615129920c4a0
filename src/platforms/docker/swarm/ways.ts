// What of a stack in a Swarm can be taken back, as it stands in undo logs: what a trial has switched off of Swarm's own
// healing. The shape is not strict: a way back is taken also where a later build wrote more beside it.

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

const waySchema = z.object({
  kind: z.literal("switches"),
  /** Where the manager's engine answers, as DOCKER_HOST has it. */
  engine: z.string().min(1),
  stack: z.string().min(1),
  switches: z.array(switchSchema),
});
export type Way = Frozen<z.infer<typeof waySchema>>;
/** What one service said before of that which is switched off. */
export type Switch = Way["switches"][number];

export function entryOf(way: Omit<Way, "kind">): PlatformEntry {
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

/** Throws HarnessError "environment" for an entry of another platform, or one that is none of these. */
export function wayOf({ platform, what, way }: PlatformEntry): Way {
  if (platform !== platformName) {
    const words = `${what} is of the platform ${platform}, and not for ${platformName} to open`;
    throw new HarnessError("environment", words);
  }
  const parsed = waySchema.safeParse(way);
  if (parsed.success) return parsed.data;
  throw new HarnessError("environment", `${what} cannot be read: ${z.prettifyError(parsed.error)}`);
}
