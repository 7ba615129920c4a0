// What the engine tells of a container's ends, with its own times: it keeps its newest events, and gives them again.

import { addAbortSignal, type Readable } from "node:stream";
import { z } from "zod";
import type { ToldEnd } from "../../core/container-controls.ts";
import { containerOf } from "./containers.ts";
import type { Engine } from "./engine.ts";

const told = ["oom", "die", "kill", "stop", "pause"] as const;
const toldWithinMs = 5_000;
const nsPerMs = 1e6;

const eventSchema = z.object({
  Action: z.enum(told),
  timeNano: z.number(),
  Actor: z.object({ Attributes: z.object({ exitCode: z.string().optional(), signal: z.string().optional() }) }),
});

/** In the order in which they came. Throws when the engine does not say. */
export async function toldOf({ docker }: Engine, instance: string, since: number): Promise<readonly ToldEnd[]> {
  const { id } = containerOf(instance);
  const filters = { container: [id], event: [...told] };
  // Seconds; until now, or else it would go on telling.
  const asked = { since: since / 1_000, until: Date.now() / 1_000, filters };
  const stream = (await docker.getEvents(asked)) as Readable;
  addAbortSignal(AbortSignal.timeout(toldWithinMs), stream);
  let text = "";
  for await (const part of stream) text += String(part);
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => eventSchema.safeParse(JSON.parse(line)).data)
    .filter((event) => event !== undefined)
    .map(({ Action: what, timeNano, Actor: { Attributes: said } }) => ({
      what,
      at: timeNano / nsPerMs,
      ...(said.exitCode !== undefined && { exitCode: Number(said.exitCode) }),
      ...(said.signal !== undefined && { signal: Number(said.signal) }),
    }));
}
