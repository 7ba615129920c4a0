// What of a stack of containers can be taken back, as it stands in undo logs. The shape is not strict: a way back is
// taken also where a later build wrote more beside it.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import type { UndoJournal } from "../../core/undo.ts";
import type { Frozen } from "../../records/parts.ts";
import type { PlatformEntry } from "../../records/undo.ts";
import { proxiesWaySchema, proxiesWords, type ProxiesWay, type WayJournal } from "../toxiproxy/ways.ts";

/** The platform's name; undo logs name it. */
export const platformName = "docker";

const stackWaySchema = z.object({
  kind: z.literal("stack"),
  /** Where the engine answers, as DOCKER_HOST has it. */
  engine: z.string().min(1),
  /** On every container, network and volume of the trial. */
  marker: z.string().min(1),
});

const namesWaySchema = z.object({
  kind: z.literal("names"),
  engine: z.string().min(1),
  /** On the container that has its names meanwhile. */
  marker: z.string().min(1),
  /** Whose names they are, by its id. */
  container: z.string().min(1),
  networks: z.array(z.object({ network: z.string(), names: z.array(z.string()), fixed: z.string().exactOptional() })),
});
export type NamesWay = Frozen<z.infer<typeof namesWaySchema>>;

const waySchema = z.discriminatedUnion("kind", [stackWaySchema, namesWaySchema, proxiesWaySchema]);
type Way = Frozen<z.infer<typeof waySchema>>;

/** Writes proxies on somebody else's server into an undo log. */
export function proxiesInto(journal: UndoJournal): WayJournal<ProxiesWay> {
  return { intend: (way) => journal.intend(entryOf(way)), done: (seq) => journal.done(seq) };
}

export function entryOf(way: Way): PlatformEntry {
  return { kind: "platform", platform: platformName, what: wordsFor(way), way: structuredClone(way) };
}

function wordsFor(way: Way): string {
  if (way.kind === "proxies") return proxiesWords(way);
  if (way.kind === "names") return `names of the container ${way.container.slice(0, 12)}`;
  return `containers, networks and volumes of ${way.marker}`;
}

/** Names and proxies are given back around a project that goes on. */
export function isStack({ platform, way }: PlatformEntry): boolean {
  return platform === platformName && stackWaySchema.safeParse(way).success;
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
