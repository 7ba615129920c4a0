// A caller and its door, with the test as the library.

import type { RequestListener } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import type { LoadEvent } from "../../../../src/core/load-source.ts";
import { Caller } from "../../../../src/load/client/caller.ts";
import { openDoor } from "../../../../src/load/client/door.ts";
import type { Told } from "../../../../src/load/client/messages.ts";
import { serveForTest } from "../../../support/serve-for-test.ts";

const clock = { now: () => performance.now() };
const spec = { arrival: "constant", ratePerSecond: 20, slowOverMs: 20_000, timeoutMs: 40_000 } as const;
const chunk = (content: string, finish: string | null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;
const events = { "content-type": "text/event-stream" };
const whole: RequestListener = (_request, response) =>
  void response.writeHead(200, events).end(`${chunk("a", null)}${chunk("", "stop")}data: [DONE]\n\n`);
const cut: RequestListener = (_request, response) =>
  void response.writeHead(200, events).end(`${chunk("a", null)}data: [DONE]\n\n`);
const torn: RequestListener = (_request, response) => {
  response.writeHead(200, events).write(chunk("a", null), () => response.destroy());
};
const busy: RequestListener = (_request, response) => void response.writeHead(503).end("no");

/** The events of the first call, by a library that does with its address what the test says. */
async function firstCall(listener: RequestListener, library: (base: string) => Promise<Told>, path = "") {
  const { url } = await serveForTest(listener);
  const door = await openDoor(clock.now);
  onTestFinished(() => door.end());
  const all: LoadEvent[] = [];
  const of = {
    stream: "sdk",
    name: "sdk",
    client: "openai-node",
    folder: "/x",
    url: `${url}${path}`,
    ask: "?",
    model: "m",
    spec,
  } as const;
  await new Promise<void>((resolve) => {
    const caller = new Caller({
      of,
      clock,
      seed: 1,
      door,
      ask({ id, base }) {
        if (id > 0) return;
        void library(base).then((told) => caller.over(id, told));
      },
      emit(event) {
        all.push(event);
        if (event.kind === "reading" && event.probe.endsWith("cut_as_complete")) resolve();
      },
    });
    caller.begin(clock.now());
    onTestFinished(async () => caller.stop(0));
  });
  const values = Object.fromEntries(
    all.flatMap((event) =>
      event.kind === "reading" && event.reading.ok ? [[event.probe.slice(11), event.reading.value]] : [],
    ),
  );
  return { request: all.find((event) => event.kind === "request" && event.id === 0), values };
}

/** A caller of a server that is never asked, and what it tells. */
async function callerOf(
  ask: (id: number, caller: Caller) => void,
  more: { readonly ratePerSecond?: number; readonly timeoutMs?: number } = {},
) {
  const door = await openDoor(clock.now);
  onTestFinished(() => door.end());
  const all: LoadEvent[] = [];
  const named = { stream: "sdk", name: "sdk", client: "openai-node", folder: "/x", url: "http://127.0.0.1:9" } as const;
  const of = { ...named, ask: "?", model: "m", spec: { ...spec, ...more } };
  const emit = (event: LoadEvent): void => void all.push(event);
  const caller: Caller = new Caller({ of, clock, seed: 1, door, ask: ({ id }) => ask(id, caller), emit });
  onTestFinished(async () => caller.stop(0));
  const requests = () => all.filter((event) => event.kind === "request");
  return { caller, requests };
}

/** Takes whatever comes, as most libraries do. */
const trusting = async (base: string): Promise<Told> => {
  const answer = await fetch(`${base}/v1/chat/completions`, { method: "POST", body: "{}" });
  await answer.text();
  return {};
};

test("a whole answer is one, and costs one attempt", async () => {
  const { request, values } = await firstCall(whole, trusting);
  expect(request).toMatchObject({ stream: "sdk", outcome: "answered", right: null });
  expect(request).not.toHaveProperty("note");
  expect(values).toEqual({ attempts: 1, waited: 0, cut_as_complete: 0 });
});

test.each<[string, RequestListener, string]>([
  ["without its end", cut, "no finish reason"],
  ["that is the page of an error", busy, "status 503"],
])("an answer %s that is handed over as one is cut and taken for whole", async (_, listener, why) => {
  const { request, values } = await firstCall(listener, trusting);
  expect(request).toMatchObject({ outcome: "answered", note: `taken for whole: ${why}` });
  expect(values).toMatchObject({ attempts: 1, cut_as_complete: 1 });
});

test("an answer that is torn and told as an error is an error by its class, and deceives nobody", async () => {
  const library = async (base: string): Promise<Told> =>
    trusting(base).catch((error: Error) => ({ error: error.name }));
  const { request, values } = await firstCall(torn, library);
  expect(request).toMatchObject({ outcome: "error", error: "openai-node: TypeError", done: null });
  expect(values).toMatchObject({ attempts: 1, cut_as_complete: 0 });
});

test.each(["", "/"])("a library is pointed below the path of its address, with `%s` at its end", async (end) => {
  const paths: (string | undefined)[] = [];
  const listener: RequestListener = (request, response) => {
    paths.push(request.url);
    whole(request, response);
  };
  await firstCall(listener, trusting, `/api/of${end}`);
  expect(paths).toEqual(["/api/of/v1/chat/completions"]);
});

test("an address without a path, or with a slash alone, is asked at its top", async () => {
  const paths: (string | undefined)[] = [];
  const listener: RequestListener = (request, response) => {
    paths.push(request.url);
    whole(request, response);
  };
  await firstCall(listener, trusting, "/");
  expect(paths).toEqual(["/v1/chat/completions"]);
});

test("attempts are counted, and what a library waits between them", async () => {
  let asked = 0;
  const second: RequestListener = (request, response) => ((asked += 1) < 2 ? busy : whole)(request, response);
  const { request, values } = await firstCall(second, async (base) => {
    await trusting(base);
    await new Promise((resolve) => setTimeout(resolve, 120));
    return trusting(base);
  });
  expect(request).toMatchObject({ outcome: "answered" });
  expect(values).toMatchObject({ attempts: 2, cut_as_complete: 0 });
  expect(values["waited"]).toBeGreaterThanOrEqual(110);
});

test("a call that hangs at the stop is waited for, and told as an error at the end of the grace", async () => {
  let hangs: () => void = () => undefined;
  const hanging = new Promise<void>((resolve) => (hangs = resolve));
  const { caller, requests } = await callerOf((id, its) => {
    if (id === 0) its.over(id, {});
    if (id === 1) hangs();
  });
  caller.begin(clock.now());
  await hanging;
  const stoppedAt = clock.now();
  await caller.stop(80);
  expect(clock.now() - stoppedAt).toBeGreaterThanOrEqual(75);
  expect(requests().map(({ id, outcome, error }) => ({ id, outcome, error }))).toEqual([
    { id: 0, outcome: "answered", error: undefined },
    { id: 1, outcome: "error", error: "timeout" },
  ]);
});

test("a call under way at the stop may end by itself", async () => {
  let hangs: () => void = () => undefined;
  const hanging = new Promise<void>((resolve) => (hangs = resolve));
  const { caller, requests } = await callerOf((id, its) => {
    if (id === 0) its.over(id, {});
    if (id === 1) hangs();
  });
  caller.begin(clock.now());
  await hanging;
  let isStopped = false;
  const stopping = caller.stop(60_000).then(() => (isStopped = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isStopped).toBe(false);
  caller.over(1, {});
  await stopping;
  expect(requests().map(({ outcome }) => outcome)).toEqual(["answered", "answered"]);
});

test.each<[string, number, number, number]>([
  ["64 at the least", 1, 1_000, 64],
  ["twice what is due within the time-out", 2_000, 50, 200],
  ["512 at the most", 4_000, 20_000, 512],
])("as many calls are under way as the rate needs: %s", async (_, ratePerSecond, timeoutMs, most) => {
  const { caller, requests } = await callerOf(() => undefined, { ratePerSecond, timeoutMs });
  // All of them are due long ago.
  const dueMs = (600 / ratePerSecond) * 1_000;
  caller.begin(clock.now() - dueMs);
  await expect.poll(() => requests().find(({ outcome }) => outcome === "unsent")?.id).toBe(most);
});
