import { Agent, request } from "node:http";
import type { IncomingMessage, RequestListener } from "node:http";
import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import type { FaultProxy } from "../../../src/proxy/proxy.ts";
import { body, proxied, until } from "../../support/sockets.ts";
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

async function throughProxy(listener: RequestListener = answers) {
  const { listen, proxy } = await proxied((await serveForTest(listener)).address);
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

it.each([
  ["end_stream", { events: 1 }],
  ["end_stream", { after_finish: 1 }],
  ["error_event", { events: 1 }],
  ["torn_event", { event: 1 }],
])("%s %j counts an answer once, however many of its events it keeps back", async (type, attributes) => {
  const { ask, proxy } = await throughProxy();
  add(proxy, type, attributes);
  for (const path of ["/at-once", "/events"]) await ask(path);
  const struck = proxy.effects().map(({ streams }) => streams.downstream.toxics[0]?.responsesCut ?? 0);
  expect(struck.reduce((sum, one) => sum + one, 0)).toBe(2);
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

const args = '{"path":"/data/tmp/job-17/old"}';
const callOf = (given: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: given } }] }, finish_reason: finish }] })}\n\n`;
/** A call whose arguments come whole, and one that is told in two events. */
const calls: RequestListener = (asked, answer) => {
  asked.resume();
  answer.setHeader("content-type", "text/event-stream");
  const told = asked.url === "/two" ? [callOf(""), callOf(args.slice(0, 9)), callOf(args.slice(9))] : [callOf(args)];
  answer.write([say("I look."), ...told].join(""));
  answer.end(`${say("", "tool_calls")}data: [DONE]\n\n`);
};

it.each([
  ["/one", {}, callOf(args.slice(0, 16))],
  ["/two", { done: 1 }, `${callOf("")}${callOf(args.slice(0, 5))}data: [DONE]\n\n`],
  ["/one", { finish_length: 1, done: 1 }, `${callOf(args.slice(0, 16), "length")}data: [DONE]\n\n`],
])("cut_tool_call ends the call of %s %j in its arguments, in order", async (path, attributes, expected) => {
  const { ask, proxy } = await throughProxy(calls);
  add(proxy, "cut_tool_call", attributes);
  expect(await ask(path)).toEqual({ text: say("I look.") + expected, isClean: true });
  expect(proxy.effects()[0]?.streams.downstream.toxics[0]).toMatchObject({ responsesCut: 1 });
});

it("cut_tool_call leaves answers without a call whole", async () => {
  const { ask, proxy } = await throughProxy();
  add(proxy, "cut_tool_call", {});
  expect(await ask("/bytes")).toEqual({ text: whole, isClean: true });
});

const COMMENT = ": still here\n\n";

it.each(["/events", "/at-once"])(
  "stall_stream with heartbeats keeps %s busy with comments, then lets all go",
  async (path) => {
    const { ask, proxy } = await throughProxy();
    add(proxy, "stall_stream", { bytes: (events[0] ?? "").length, duration: 100, heartbeat: 30 });
    const { text, isClean } = await ask(path);
    expect(isClean).toBe(true);
    expect(text.replaceAll(COMMENT, "")).toBe(whole);
    expect(text.startsWith(`${events[0]}${COMMENT}`)).toBe(true);
    // After 30, 60 and 90 ms, and never all at once.
    expect(text.split(COMMENT).length - 1).toBeLessThanOrEqual(3);
    expect(proxy.effects()[0]?.streams.downstream.toxics[0]).toMatchObject({ segmentsStalled: 1 });
  },
);

it("stall_stream of 0 ms beats until it is taken away, and all that it kept comes then, in order", async () => {
  const { ask, proxy } = await throughProxy();
  add(proxy, "stall_stream", { heartbeat: 5 });
  const answered = ask("/events");
  const sent = (): number => proxy.effects()[0]?.streams.downstream.bytesOut ?? 0;
  await until(() => sent() > 500);
  proxy.removeToxic("stall_stream");
  const { text, isClean } = await answered;
  expect(isClean).toBe(true);
  expect(text.replaceAll(COMMENT, "")).toBe(whole);
  expect(text.split(COMMENT).length).toBeGreaterThan(10);
  expect((await ask("/events")).text).toBe(whole);
});

it("stall_stream with heartbeats that is taken away in the middle of an answer leaves the rest of it whole", async () => {
  let goOn: () => void = () => undefined;
  const { ask, proxy } = await throughProxy((asked, answer) => {
    asked.resume();
    answer.setHeader("content-type", "text/event-stream");
    answer.write(events[0] ?? "");
    goOn = () => answer.end(events.slice(1).join(""));
  });
  add(proxy, "stall_stream", { heartbeat: 5 });
  const answered = ask("/");
  await until(() => (proxy.effects()[0]?.streams.downstream.bytesOut ?? 0) > 250);
  proxy.removeToxic("stall_stream");
  goOn();
  const { text, isClean } = await answered;
  expect([text.replaceAll(COMMENT, ""), isClean]).toEqual([whole, true]);
});

it("torn_event tears the one event, and all others arrive", async () => {
  const { ask, proxy } = await throughProxy();
  add(proxy, "torn_event", { event: 1 });
  const { text, isClean } = await ask("/bytes");
  expect(isClean).toBe(true);
  const torn = events[1]?.slice(0, Math.floor(events[1].length / 2)) ?? "";
  expect(text).toBe([events[0], `${torn}\n\n`, ...events.slice(2)].join(""));
});
