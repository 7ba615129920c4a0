// An event of a container as the engine writes it, and what it tells of a replica.

import { z } from "zod";
import { containerEvents, type ContainerTold } from "../../core/container-events.ts";
import { readJsonLine } from "../../lib/json-lines.ts";
import { label } from "./containers.ts";
import type { Placed } from "./project.ts";

const nsPerMs = 1e6;

const eventSchema = z.object({
  Action: z.enum(containerEvents),
  timeNano: z.number().optional(),
  Actor: z.object({ ID: z.string().default(""), Attributes: z.record(z.string(), z.string()) }),
});
export type EngineEvent = z.infer<typeof eventSchema>;

export type Places = readonly Pick<Placed, "replica" | "of" | "service" | "number">[];

/** Undefined: the line is none of those that are heard. */
export function eventIn(line: string): EngineEvent | undefined {
  const read = readJsonLine(line);
  return read.ok ? eventSchema.safeParse(read.value).data : undefined;
}

/** Undefined: it tells of no replica. What `docker compose run` starts beside a service is none. */
export function toldOf(
  { Action: action, timeNano, Actor: { Attributes: said } }: EngineEvent,
  places: Places,
): ContainerTold | undefined {
  if (said[label.oneOff] === "True") return undefined;
  const service = said[label.service] ?? "";
  const number = Number(said[label.number] ?? "1");
  const own = places.find((place) => place.service === service && place.number === number);
  const sibling = own ?? places.find((place) => place.service === service);
  if (sibling === undefined) return undefined;
  const code = action === "die" && said["exitCode"] !== undefined ? `, exit code ${said["exitCode"]}` : "";
  return {
    event: action,
    service: sibling.of,
    replica: own?.replica ?? `${service}-${number}`,
    time: timeNano === undefined ? "" : new Date(timeNano / nsPerMs).toISOString(),
    says: `${action} of ${said["name"] ?? `${service}-${number}`}${code}`,
  };
}
