// What the engine tells of the containers of a project, as it happens. Beside the stream the engine is asked for a sign
// of life: a stream on which nothing comes says nothing of whether anybody writes to it.

import { addAbortSignal, type Readable } from "node:stream";
import { setImmediate as breath, setTimeout as delay } from "node:timers/promises";
import { containerEvents, type EventsHeard } from "../../core/container-events.ts";
import { messageOf } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import { label } from "./containers.ts";
import { patientClient } from "./engine.ts";
import { eventIn, toldOf, type Places } from "./engine-event.ts";
import { heardBefore } from "./heard-before.ts";
import type { Project } from "./project.ts";

/** Signs of life come so often, and a stream that broke is opened again so soon, ms. */
const [beatMs, againMs]: readonly [Ms, Ms] = [250, 100];

/** See `HearEvents`. */
export async function hearEvents(
  { engine, name, own }: Pick<Project, "engine" | "name" | "own">,
  places: Places,
  { signal, told, asked, broke }: EventsHeard,
): Promise<void> {
  const events = [...new Set(containerEvents.map((one) => one.split(":")[0] ?? one))];
  const filters = { type: ["container" as const], event: events, label: [`${label.project}=${name}`] };
  const client = await patientClient(engine);
  const heard = heardBefore();
  while (!signal.aborted) {
    const over = new AbortController();
    const both = AbortSignal.any([signal, over.signal]);
    let beating: Promise<void> | undefined;
    try {
      const since = heard.from();
      const order = { filters, abortSignal: both, ...(since !== undefined && { since }) };
      const stream = addAbortSignal(both, (await client.getEvents(order)) as Readable);
      const beats = async (): Promise<void> => {
        // What came meanwhile comes first, or a sign of life would say that nothing did.
        if (heard.isBroken()) await delay(beatMs, undefined, { signal: both }).catch(() => undefined);
        if (both.aborted) return;
        heard.settled();
        await beat(async () => engine.docker.ping(), asked, both);
      };
      beating = beats().catch((thrown: unknown) => {
        stream.destroy(new Error(`the engine gives no sign of life: ${messageOf(thrown)}`));
      });
      for await (const line of linesOf(stream)) {
        const event = eventIn(line);
        if (event === undefined || !heard.isNew(event) || own.take(event.Actor.ID, event.Action)) continue;
        const one = toldOf(event, places);
        if (one !== undefined) told(one);
      }
      throw new Error("the engine ended its events");
    } catch (thrown) {
      if (!signal.aborted) {
        const lost = broke();
        heard.broke(() => lost(messageOf(thrown)));
      }
    }
    over.abort();
    await beating;
    await delay(againMs, undefined, { signal }).catch(() => undefined);
  }
  heard.settled();
}

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = "";
  for await (const part of stream.setEncoding("utf8")) {
    const lines = (rest + String(part)).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

/** Until the signal, whatever is under way then; rejects when there was no answer. */
async function beat(ping: () => Promise<unknown>, asked: EventsHeard["asked"], signal: AbortSignal): Promise<void> {
  const over = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  while (!signal.aborted) {
    const answered = asked();
    await Promise.race([ping(), over]);
    // What came meanwhile on the stream is taken first.
    await breath();
    if (!signal.aborted) answered();
    await delay(beatMs, undefined, { signal }).catch(() => undefined);
  }
}
