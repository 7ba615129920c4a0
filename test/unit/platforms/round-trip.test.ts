// A timed round trip that is no longer wanted ends with a rejection, and with nothing else: an error that nobody
// listens for would end the harness, with the fault in place.

import { once } from "node:events";
import { expect, test } from "vitest";
import { timeGet } from "../../../src/platforms/toxiproxy/round-trip.ts";
import { serveForTest, serveSocketsForTest } from "../../support/serve-for-test.ts";

/** Whatever else would have been thrown has been by then: errors of a request come with the next turns of the loop. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test("takes as long as the answer", async () => {
  const { url } = await serveForTest((_request, response) => void setTimeout(() => response.end("late"), 30));
  expect(await timeGet(url, new AbortController().signal)).toBeGreaterThanOrEqual(29);
});

test("ends with the signal before it began, while it waits for an answer, and in the middle of one", async () => {
  const over = AbortSignal.abort(new Error("over"));
  const { url: silent, server } = await serveForTest(() => undefined);
  await expect(timeGet(silent, over)).rejects.toThrow("over");

  const waiting = new AbortController();
  const asked = once(server, "request");
  const first = timeGet(silent, waiting.signal);
  await asked;
  waiting.abort(new Error("enough"));
  await expect(first).rejects.toMatchObject({ name: "AbortError" });

  const reading = new AbortController();
  const { url: halting } = await serveForTest((_request, response) => {
    response.write("half");
    setTimeout(() => reading.abort(), 20);
  });
  await expect(timeGet(halting, reading.signal)).rejects.toMatchObject({ name: "AbortError" });
  await turns();
});

test("fails with the connection", async () => {
  const { url } = await serveSocketsForTest((socket) => socket.destroy());
  await expect(timeGet(url, new AbortController().signal)).rejects.toMatchObject({ code: "ECONNRESET" });
});
