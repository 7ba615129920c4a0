// A client that goes away, whatever is awaited for it just then, frees its slot, its place in a queue and its memory.
import { setImmediate as turn } from "node:timers/promises";
import { beforeEach, expect, it, vi } from "vitest";
import { appForTest, messages } from "./inference-for-test.ts";

beforeEach(() => {
  // The app logs each request that its client left.
  vi.spyOn(console, "error").mockReturnValue();
});

/** So many microtasks, or turns of the event loop behind sixty of them: one await further at a time. */
async function awaits(count: number): Promise<void> {
  for (let n = 0; n < Math.min(count, 60); n += 1) await Promise.resolve();
  for (let n = 60; n < count; n += 1) await turn();
}

const KV_BLOCKS = 16;

/** A prompt that needs so many of the blocks, and shares none. */
const asking = (stream: boolean, words: number, salt: string): string =>
  JSON.stringify({
    stream,
    cache_salt: salt,
    messages: [{ role: "system", content: "word ".repeat(words) }, ...messages],
  });

function stand() {
  const pace = { tokensPerSecond: 20, chunkEveryMs: 5 };
  const { app, engine } = appForTest({ kvBlocks: KV_BLOCKS, slots: 3, maxWaiting: 4, prefillPerSecond: 1e9, pace });
  const ask = (body: string) => {
    const leaving = new AbortController();
    const url = "http://inference/v1/chat/completions";
    const answer = Promise.resolve(app.fetch(new Request(url, { method: "POST", body, signal: leaving.signal })));
    return {
      /** As the server does when the connection ends: the signal, and the body that nobody reads. */
      async leave() {
        leaving.abort();
        const response = await answer.catch(() => undefined);
        await response?.body?.cancel();
      },
    };
  };
  const state = async () => {
    const health = (await (await app.request("/health")).json()) as { running: number; waiting: number };
    return { slots: health.running, queued: health.waiting, ...engine.memory() };
  };
  return { ask, state };
}

const IDLE = { slots: 0, queued: 0, held: 0, waiting: 0 };

it.each([true, false])("alone, at every await (streamed: %s)", async (stream) => {
  const { ask, state } = stand();
  for (let n = 0; n < 90; n += 1) {
    const one = ask(asking(stream, 40, `salt ${n}`));
    await awaits(n);
    await one.leave();
    await awaits(62);
    expect(await state(), `left after ${n} awaits`).toMatchObject(IDLE);
  }
});

it.each([true, false])(
  "behind others that wait for memory or for a slot, at every await (streamed: %s)",
  async (stream) => {
    for (const others of [2, 3]) {
      const { ask, state } = stand();
      // The first holds more than half, so that those behind it wait.
      const before = Array.from({ length: others }, (_, n) => ask(asking(true, 130, `other ${n}`)));
      await expect.poll(state).toMatchObject({ slots: others, waiting: others - 1 });
      const standing = await state();
      for (let n = 0; n < 90; n += 1) {
        const one = ask(asking(stream, 130, `salt ${n}`));
        await awaits(n);
        await one.leave();
        await awaits(62);
        expect(await state(), `left after ${n} awaits behind ${others}`).toMatchObject(standing);
      }
      for (const other of before.toReversed()) await other.leave();
      await awaits(62);
      expect(await state()).toMatchObject(IDLE);
    }
  },
);
