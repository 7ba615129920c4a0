// What of a stack of processes can be taken back, as it stands in undo logs. The shapes are not strict: a way back is
// taken also where a later build wrote more beside it.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import type { UndoJournal } from "../../core/undo.ts";
import type { Frozen } from "../../records/parts.ts";
import type { PlatformEntry } from "../../records/undo.ts";
import { proxiesWaySchema, proxiesWords, type WayJournal } from "../toxiproxy/ways.ts";

/** The platform's name; undo logs name it. */
export const platformName = "processes";

const processWaySchema = z.object({
  kind: z.literal("process"),
  /** In the environment of every process of the trial. */
  marker: z.string().min(1),
  /** The leader, once it is known, and when it began. */
  pid: z.number().int().positive().exactOptional(),
  startTime: z.string().exactOptional(),
});
export type ProcessWay = Frozen<z.infer<typeof processWaySchema>>;

const waySchema = z.discriminatedUnion("kind", [
  processWaySchema,
  // Commands beside the stack: they bear no fault.
  z.object({ kind: z.literal("beside"), marker: z.string().min(1) }),
  // A work folder to remove; written before it is made.
  z.object({ kind: z.literal("directory"), path: z.string().min(1), marker: z.string().min(1) }),
  proxiesWaySchema,
]);
export type Way = Frozen<z.infer<typeof waySchema>>;

/** Writes ways back into an undo log. */
export function waysInto(journal: UndoJournal): WayJournal<Way> {
  return { intend: (way) => journal.intend(entryOf(way)), done: (seq) => journal.done(seq) };
}

export function entryOf(way: Way): PlatformEntry {
  return { kind: "platform", platform: platformName, what: wordsFor(way), way: { ...way } };
}

/** The work folder and proxies are not what bears a fault. */
export function isStack({ platform, way }: PlatformEntry): boolean {
  return platform === platformName && processWaySchema.safeParse(way).success;
}

/** Throws HarnessError "environment" for an entry of another platform, or one that is none of these. */
export function wayOf({ platform, what, way }: PlatformEntry): Way {
  if (platform !== platformName) {
    throw new HarnessError(
      "environment",
      `${what} is of the platform ${platform}, and not for ${platformName} to open`,
    );
  }
  const parsed = waySchema.safeParse(way);
  if (parsed.success) return parsed.data;
  throw new HarnessError("environment", `${what} cannot be read: ${z.prettifyError(parsed.error)}`);
}

function wordsFor(way: Way): string {
  if (way.kind === "proxies") return proxiesWords(way);
  if (way.kind === "beside") return `commands of probes, ${way.marker}`;
  return way.kind === "directory" ? `work folder ${way.path}` : `processes of ${way.marker}`;
}
