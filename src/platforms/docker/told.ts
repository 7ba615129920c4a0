// What the engine tells of a container's ends, with its own times: it keeps its newest events, and gives them again.

import { addAbortSignal, type Readable } from "node:stream";
import { z } from "zod";
import type { ToldEnd } from "../../core/container-controls.ts";
import { containerOf } from "./containers.ts";
import type { Engine } from "./engine.ts";

const told = ["oom", "die", "kill", "stop", "pause"] as const;
const toldWithinMs = 5_000;
const nsPerMs = 1e6;
const msPerSecond = 1_000;

const eventSchema = z.object({
  Action: z.enum(told),
  timeNano: z.number(),
  Actor: z.object({ Attributes: z.object({ exitCode: z.string().optional(), signal: z.string().optional() }) }),
});

/** In the order in which they came. Throws when the engine does not say. */
export async function toldOf(engine: Engine, instance: string, since: number): Promise<readonly ToldEnd[]> {
  const { id } = containerOf(instance);
  const lines = await eventsOf(engine, { since, until: Date.now(), filters: { container: [id], event: [...told] } });
  return lines
    .map((line) => eventSchema.safeParse(JSON.parse(line)).data)
    .filter((event) => event !== undefined)
    .map(({ Action: what, timeNano, Actor: { Attributes: said } }) => ({
      what,
      at: timeNano / nsPerMs,
      ...(said.exitCode !== undefined && { exitCode: Number(said.exitCode) }),
      ...(said.signal !== undefined && { signal: Number(said.signal) }),
    }));
}

/**
 * Whether all that came since that time, ms since the epoch, is still known: something older is, and the oldest is
 * forgotten first.
 */
export async function remembers(engine: Engine, since: number): Promise<boolean> {
  return (await eventsOf(engine, { since: msPerSecond, until: since })).length > 0;
}

interface Asked {
  /** ms since the epoch; with an end, or else the engine would go on telling. */
  readonly since: number;
  readonly until: number;
  readonly filters?: { container: string[]; event: string[] };
}

/** One line of JSON for each. */
async function eventsOf({ docker }: Engine, { since, until, filters }: Asked): Promise<readonly string[]> {
  const asked = { since: since / msPerSecond, until: until / msPerSecond, ...(filters && { filters }) };
  const stream = (await docker.getEvents(asked)) as Readable;
  addAbortSignal(AbortSignal.timeout(toldWithinMs), stream);
  let text = "";
  for await (const part of stream) text += String(part);
  return text.split("\n").filter((line) => line.trim() !== "");
}
