// What the engine tells of the containers of a project, as it happens. Beside the stream the engine is asked for a sign
// of life: a stream on which nothing comes says nothing of whether anybody writes to it.

import { addAbortSignal, type Readable } from "node:stream";
import { setImmediate as breath, setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { containerEvents, type ContainerTold, type EventsHeard } from "../../core/container-events.ts";
import { messageOf } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import { readJsonLine } from "../../lib/json-lines.ts";
import { label } from "./containers.ts";
import type { Placed, Project } from "./project.ts";

/** Signs of life come so often, and a stream that broke is opened again so soon, ms. */
const [beatMs, againMs]: readonly [Ms, Ms] = [250, 100];
const nsPerMs = 1e6;

const eventSchema = z.object({
  Action: z.enum(containerEvents),
  timeNano: z.number().optional(),
  Actor: z.object({ Attributes: z.record(z.string(), z.string()) }),
});

type Places = readonly Pick<Placed, "replica" | "of" | "service" | "number">[];

/** See `HearEvents`. */
export async function hearEvents(
  { engine: { docker }, name }: Pick<Project, "engine" | "name">,
  places: Places,
  { signal, told, asked, lost }: EventsHeard,
): Promise<void> {
  const events = [...new Set(containerEvents.map((one) => one.split(":")[0] ?? one))];
  const filters = { type: ["container" as const], event: events, label: [`${label.project}=${name}`] };
  while (!signal.aborted) {
    const over = new AbortController();
    const both = AbortSignal.any([signal, over.signal]);
    let beating: Promise<void> | undefined;
    try {
      const stream = addAbortSignal(both, (await docker.getEvents({ filters })) as Readable);
      beating = beat(async () => docker.ping(), asked, both).catch((thrown: unknown) => {
        stream.destroy(new Error(`the engine gives no sign of life: ${messageOf(thrown)}`));
      });
      let rest = "";
      for await (const part of stream.setEncoding("utf8")) {
        const lines = (rest + String(part)).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          const one = toldIn(line, places);
          if (one !== undefined) told(one);
        }
      }
      throw new Error("the engine ended its events");
    } catch (thrown) {
      if (!signal.aborted) lost(messageOf(thrown));
    }
    over.abort();
    await beating;
    await delay(againMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Until the signal; rejects when there was no answer. */
async function beat(ping: () => Promise<unknown>, asked: EventsHeard["asked"], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const answered = asked();
    await ping();
    // What came meanwhile on the stream is taken first.
    await breath();
    if (!signal.aborted) answered();
    await delay(beatMs, undefined, { signal }).catch(() => undefined);
  }
}

/** What a line tells of a replica; undefined: nothing. Exported for its tests. */
export function toldIn(line: string, places: Places): ContainerTold | undefined {
  const read = readJsonLine(line);
  const event = read.ok ? eventSchema.safeParse(read.value).data : undefined;
  if (event === undefined) return undefined;
  const {
    Action: action,
    timeNano,
    Actor: { Attributes: said },
  } = event;
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
