// What of a stack of containers can be taken back, as it stands in undo logs. The shape is not strict: a way back is
// taken also where a later build wrote more beside it.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import type { Frozen } from "../../records/parts.ts";
import type { PlatformEntry } from "../../records/undo.ts";

/** The platform's name; undo logs name it. */
export const platformName = "docker";

const waySchema = z.object({
  kind: z.literal("stack"),
  /** Where the engine answers, as DOCKER_HOST has it. */
  engine: z.string().min(1),
  /** On every container, network and volume of the trial. */
  marker: z.string().min(1),
});
type Way = Frozen<z.infer<typeof waySchema>>;

export function entryOf(way: Way): PlatformEntry {
  const what = `containers, networks and volumes of ${way.marker}`;
  return { kind: "platform", platform: platformName, what, way: { ...way } };
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
