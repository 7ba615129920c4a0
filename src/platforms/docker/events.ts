// What the engine tells when a container starts, ends, joins a network or leaves one.

import { addAbortSignal, type Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Engine } from "./engine.ts";

const filters = {
  type: ["container" as const, "network" as const],
  event: ["start", "die", "connect", "disconnect"],
};
const againMs = 100;

/**
 * Calls `look` after each event, and once more for all that came meanwhile, until disposed; then no call is under way
 * any more. What it rejects with is dropped: the next event calls it again.
 */
export function onContainerEvents({ docker }: Engine, look: () => Promise<void>): AsyncDisposable {
  const over = new AbortController();
  const order = { filters, abortSignal: over.signal };
  let isDue = false;
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    while (isDue && !over.signal.aborted) {
      isDue = false;
      await look().catch(() => undefined);
    }
    running = undefined;
  };
  const due = (): void => {
    isDue = true;
    running ??= run();
  };
  const listen = async (): Promise<void> => {
    while (!over.signal.aborted) {
      try {
        const stream = addAbortSignal(over.signal, (await docker.getEvents(order)) as Readable);
        // What was told to nobody in between.
        due();
        stream.on("data", due);
        await finished(stream);
      } catch {
        // An engine that is silent for long ends the stream; so does our own end.
      }
      await delay(againMs, undefined, { signal: over.signal }).catch(() => undefined);
    }
  };
  const listening = listen();
  return {
    async [Symbol.asyncDispose]() {
      over.abort();
      await listening;
      await running;
    },
  };
}
