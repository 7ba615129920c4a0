import { Agent, request } from "node:http";
import type { IncomingMessage, RequestListener } from "node:http";
import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import type { FaultProxy } from "../../../src/proxy/proxy.ts";
import { body, proxied } from "../../support/sockets.ts";
import { serveForTest } from "../../support/serve-for-test.ts";

const say = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;
const events = [say("The capital"), say(" of France"), say(" is Paris."), say("", "stop"), "data: [DONE]\n\n"];
const whole = events.join("");

/** Streams by path: each event by itself, torn anywhere, all at once, or something that is no event stream. */
const answers: RequestListener = (asked, answer) => {
  asked.resume();
  if (asked.url === "/json") {
    answer.setHeader("content-type", "application/json").end('{"a":1}\n\n{}\n\n');
    return;
  }
  answer.setHeader("content-type", "text/event-stream; charset=utf-8");
  if (asked.url === "/sized") answer.setHeader("content-length", whole.length);
  const pieces = asked.url === "/bytes" ? whole.split("") : asked.url === "/events" ? events : [whole];
  for (const piece of pieces) answer.write(piece);
  answer.end();
};

async function throughProxy() {
  const { listen, proxy } = await proxied((await serveForTest(answers)).address);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const ask = async (path: string): Promise<{ text: string; isClean: boolean }> => {
    const [host, port] = listen.split(":");
    const asked = request({ host, port, path, agent });
    const answered = once(asked, "response") as Promise<[IncomingMessage]>;
    asked.end();
    const [answer] = await answered;
    let text = "";
    try {
      for await (const piece of answer) text += String(piece);
      return { text, isClean: answer.complete };
    } catch {
      return { text, isClean: false };
    }
  };
  return { ask, proxy };
}

const add = (proxy: FaultProxy, type: string, attributes: object): void =>
  void proxy.addToxic(body({ name: type, type, attributes }));

it.each(["/events", "/bytes", "/at-once"])("end_stream ends %s in order after its events", async (path) => {
  const { ask, proxy } = await throughProxy();
  add(proxy, "end_stream", { events: 2 });
  expect(await ask(path)).toEqual({ text: events.slice(0, 2).join(""), isClean: true });
  add(proxy, "noop", {});
  expect(await ask(path)).toEqual({ text: events.slice(0, 2).join(""), isClean: true });
});

it("end_stream adds a finish reason and [DONE] where it should, and nothing where an answer is shorter", async () => {
  const { ask, proxy } = await throughProxy();
  add(proxy, "end_stream", { events: 1, done: 1, finish_length: 1 });
  const { text, isClean } = await ask("/events");
  expect(isClean).toBe(true);
  expect(text).toMatch(/^data: .*The capital.*\n\ndata: .*"finish_reason":"length".*\n\ndata: \[DONE\]\n\n$/);
  proxy.updateToxic("end_stream", body({ attributes: { events: 5 } }));
  expect(await ask("/at-once")).toEqual({ text: whole, isClean: true });
});

it("toxics of event streams leave alone what is none, or is sized", async () => {
  const { ask, proxy } = await throughProxy();
  add(proxy, "end_stream", { events: 0 });
  expect(await ask("/sized")).toEqual({ text: whole, isClean: true });
  expect(await ask("/json")).toEqual({ text: '{"a":1}\n\n{}\n\n', isClean: true });
});

it("end_stream strikes its share of answers, the same ones for the same seed", async () => {
  const struck = async (): Promise<boolean[]> => {
    const { ask, proxy } = await throughProxy();
    add(proxy, "end_stream", { events: 1, share: 0.5 });
    const seen: boolean[] = [];
    // Each struck answer ends its connection, and each connection has its own chance.
    for (let n = 0; n < 20; n += 1) seen.push((await ask("/events")).text !== whole);
    return seen;
  };
  const once = await struck();
  expect(once.filter(Boolean).length).toBeGreaterThan(3);
  expect(once.filter(Boolean).length).toBeLessThan(17);
  expect(await struck()).toEqual(once);
});

it("end_stream can leave all of an answer but what comes after its finish reason", async () => {
  const { ask, proxy } = await throughProxy();
  add(proxy, "end_stream", { after_finish: 1 });
  expect(await ask("/bytes")).toEqual({ text: events.slice(0, 4).join(""), isClean: true });
});

it.each([
  [0, /^data: \{"error":\{"message":"the engine is gone".*\}\}$/],
  [1, /^event: error\ndata: \{.*\}$/],
  [2, /^data: \{"error":"the engine is gone"\}$/],
  [3, /^data: \{"object":"error",.*\}$/],
  [4, /^error: \{.*\}$/],
])("error_event puts an error of shape %i in the place of the rest", async (shape, expected) => {
  const { ask, proxy } = await throughProxy();
  add(proxy, "error_event", { events: 2, shape, done: 1 });
  const { text, isClean } = await ask("/at-once");
  expect(isClean).toBe(true);
  const [first, second, error, done, ...rest] = text.split("\n\n");
  expect([`${first}\n\n`, `${second}\n\n`]).toEqual(events.slice(0, 2));
  expect(error).toMatch(expected);
  expect([done, rest]).toEqual(["data: [DONE]", [""]]);
});

it("torn_event tears the one event, and all others arrive", async () => {
  const { ask, proxy } = await throughProxy();
  add(proxy, "torn_event", { event: 1 });
  const { text, isClean } = await ask("/bytes");
  expect(isClean).toBe(true);
  const torn = events[1]?.slice(0, Math.floor(events[1].length / 2)) ?? "";
  expect(text).toBe([events[0], `${torn}\n\n`, ...events.slice(2)].join(""));
});
