// What the engine tells of a container's ends, with its own times: it keeps its newest events, and gives them again.

import { addAbortSignal, type Readable } from "node:stream";
import { z } from "zod";
import type { ToldEnd } from "../../core/container-controls.ts";
import type { Ms } from "../../core/units.ts";
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
  const filters = { container: [id], event: [...told] };
  return (await toldBetween(engine, { since, until: Date.now(), filters }))
    .map((line) => eventSchema.safeParse(line).data)
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
  return (await toldBetween(engine, { since: msPerSecond, until: since })).length > 0;
}

const infoSchema = z.object({ SystemTime: z.string() });

/**
 * By how much its clock and ours may differ, ms: no less than `slackMs`, and the round trip besides. Undefined where
 * they surely differ by more than that slack, or it does not say: then no time of ours says anything of its events.
 */
export async function clockWithin({ docker }: Engine, slackMs: Ms): Promise<Ms | undefined> {
  const asked = Date.now();
  const { data } = infoSchema.safeParse(await docker.info().catch(() => undefined));
  const heard = Date.now();
  const shown = Date.parse(data?.SystemTime ?? "");
  const isOurs = shown >= asked - slackMs && shown <= heard + slackMs;
  return isOurs ? slackMs + Math.max(0, heard - asked) : undefined;
}

interface Between {
  readonly since: number;
  readonly until: number;
  readonly filters?: Readonly<Record<string, string[]>>;
}

/**
 * Its events between two instants of its own clock, ms since the epoch, as it writes them. With no end, or with one
 * that is to come, it would go on telling until then.
 */
export async function toldBetween({ docker }: Engine, { since, until, filters }: Between): Promise<readonly unknown[]> {
  const asked = { since: since / msPerSecond, until: until / msPerSecond, ...(filters && { filters }) };
  const stream = (await docker.getEvents(asked)) as Readable;
  addAbortSignal(AbortSignal.timeout(toldWithinMs), stream);
  let text = "";
  for await (const part of stream) text += String(part);
  return text.split("\n").flatMap((line): unknown[] => (line.trim() === "" ? [] : [JSON.parse(line)]));
}
