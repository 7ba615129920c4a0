import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Registry } from "prom-client";
import { createLogger } from "../../../../../targets/reference-ai-stack/common/log.ts";
import { listen } from "../../../../../targets/reference-ai-stack/common/serve.ts";
import { NO_TRACER } from "../../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { createInferenceApp } from "../../../../../targets/reference-ai-stack/inference/app.ts";
import { engineForTest } from "../../../../builders/inference-engine.ts";
import { ask, gatewayBefore, openThings, upstream } from "./stand-ins.ts";

beforeEach(() => {
  // The gateway logs each chat that failed to stderr.
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  // Its server tells of each connection that was cut.
  vi.spyOn(console, "error").mockReturnValue();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(openThings.splice(0).map((close) => close()));
});

/** Clients that hang up at the same time: a full queue is another matter. */
const AT_ONCE = 40;
const SLOTS = 8;

/** A real inference replica; gives its address. */
async function replica(tokensPerSecond: number): Promise<string> {
  const app = createInferenceApp({
    model: "extractive-test",
    slots: SLOTS,
    maxWaiting: 32,
    pace: { tokensPerSecond, chunkEveryMs: 2 },
    engine: engineForTest(),
    cacheToken: undefined,
    registry: new Registry(),
    tracer: NO_TRACER,
    log: createLogger("inference-test"),
  });
  const server = await listen(app, 0);
  openThings.push(() => server.close());
  return `127.0.0.1:${server.port}`;
}

async function busy(address: string): Promise<number> {
  const health = (await (await fetch(`http://${address}/health`)).json()) as { running: number; waiting: number };
  return health.running + health.waiting;
}

function requestText(stream: boolean): string {
  const body = JSON.stringify({ stream, messages: [{ role: "user", content: "How do I stat a file, ü?" }] });
  const head = ["POST /v1/chat/completions HTTP/1.1", "host: gateway", `content-length: ${Buffer.byteLength(body)}`];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}

async function dial(base: string): Promise<Socket> {
  const socket = connect(Number(new URL(base).port), "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

/** Sends so many bytes of the request and hangs up. */
async function hangUpWhileAsking(base: string, bytes: Buffer): Promise<void> {
  const socket = await dial(base);
  socket.write(bytes);
  socket.end();
  socket.destroySoon();
  await once(socket, "close");
}

/** Reads at least so many bytes of the answer to that request and hangs up with a reset. */
async function hangUpWhileReading(base: string, asked: string, after: number): Promise<void> {
  const socket = await dial(base);
  let read = Buffer.alloc(0);
  const closed = once(socket, "close");
  const leave = (): void => {
    // An answer that is over keeps its connection open, and some are in fewer pieces than others.
    const isOver = read.subarray(-5).toString() === "0\r\n\r\n" || read.includes('"usage"');
    if ((read.length >= after || isOver) && !socket.destroyed) socket.resetAndDestroy();
  };
  socket.on("data", (piece) => {
    read = Buffer.concat([read, piece]);
    leave();
  });
  socket.write(asked, leave);
  await closed;
}

async function inBatches(count: number, one: (n: number) => Promise<void>): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, n) => one(from + n));
    await Promise.all(batch);
  }
}

async function noSlotIsLost(base: string, replicas: readonly string[]): Promise<void> {
  for (const address of replicas) await expect.poll(() => busy(address), { timeout: 5000 }).toBe(0);
  for (const name of ["inference-1", "inference-2"]) {
    await expect.poll(async () => (await upstream(base, name)).inFlight).toBe(0);
    expect(await upstream(base, name)).toMatchObject({ errors: 0, ejected: false, outcomes: { broken: 0, failed: 0 } });
  }
  const answers = await Promise.all(Array.from({ length: 2 * SLOTS }, () => ask(base)));
  expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
}

it("loses no slot to clients that hang up at any byte of an answer, streamed or not", async () => {
  const replicas = [await replica(2000), await replica(2000)] as const;
  const base = await gatewayBefore({ inferences: replicas });
  const bytes = (await (await ask(base, true)).text()).length;
  expect(bytes).toBeGreaterThan(300);
  await inBatches(bytes, (n) => hangUpWhileReading(base, requestText(true), n));
  await inBatches(AT_ONCE, (n) => hangUpWhileReading(base, requestText(false), n));
  await noSlotIsLost(base, replicas);
});

it("loses no slot to clients that hang up at any byte of their request", async () => {
  const replicas = [await replica(2000), await replica(2000)] as const;
  const base = await gatewayBefore({ inferences: replicas });
  const request = Buffer.from(requestText(true));
  await inBatches(request.length, (n) => hangUpWhileAsking(base, request.subarray(0, n)));
  await noSlotIsLost(base, replicas);
});

it("gives nobody a word of a client that hung up, at whatever byte", async () => {
  const replicas = [await replica(4000), await replica(4000)] as const;
  const base = await gatewayBefore({ inferences: replicas });
  // Each tenant hands in a passage of its own, whose words the engine quotes.
  const asking = (tenant: string): string => {
    const passage = `Passage [${tenant}#1]:\nTo stat a file ask ${tenant} ${tenant} for the stat of the file, not another.`;
    const question = { role: "user", content: "How do I stat a file?" };
    return JSON.stringify({ stream: true, messages: [{ role: "system", content: passage }, question] });
  };
  const whole = async (tenant: string): Promise<string> =>
    (await fetch(`${base}/v1/chat/completions`, { method: "POST", body: asking(tenant) })).text();
  const first = await whole("canarymine");
  expect(first).toContain("canarymine");
  const bytes = first.length;
  const answers = new Map<string, string>();
  // Each byte has its turn above; here every fourth is enough to find a neighbour's words.
  await inBatches(Math.floor(bytes / 4), async (step) => {
    const n = 4 * step;
    const body = asking(`canaryleft${n}`);
    const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: gateway\r\ncontent-length: ${Buffer.byteLength(body)}`;
    await hangUpWhileReading(base, `${head}\r\n\r\n${body}`, n);
    const stays = `canarystays${n}`;
    if (n % 8 === 0) answers.set(stays, await whole(stays));
  });
  for (const [tenant, text] of answers) {
    expect(new Set(text.match(/canary\w+/g))).toEqual(new Set([tenant]));
    expect(text.trimEnd()).toMatch(/\[DONE\]$/);
  }
  expect(answers.size).toBeGreaterThan(25);
  await noSlotIsLost(base, replicas);
});

it("ends the generation of an answer that nobody reads any more, long before it would have been over", async () => {
  const slow = await replica(0.5);
  const base = await gatewayBefore({ inferences: [slow, slow] });
  for (const stream of [true, false]) {
    const leaving = new AbortController();
    const asked = fetch(`${base}/v1/chat/completions`, {
      method: "POST",
      body: requestText(stream).split("\r\n\r\n")[1] ?? "",
      signal: leaving.signal,
    });
    await expect.poll(() => busy(slow)).toBe(1);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await expect.poll(() => busy(slow)).toBe(0);
  }
});

it.each([
  ["a prompt of four megabytes", JSON.stringify({ messages: [{ role: "user", content: "x".repeat(4_000_000) }] })],
  ["no JSON", "{"],
  ["bytes that are no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
  [
    "text that is no UTF-8",
    Buffer.concat([
      Buffer.from('{"messages":[{"role":"user","content":"'),
      Buffer.from([0xc3, 0x28, 0xff]),
      Buffer.from('"}]}'),
    ]),
  ],
  ["nothing", ""],
  [
    "a number for max_tokens that is none",
    JSON.stringify({ max_tokens: -1, messages: [{ role: "user", content: "a" }] }),
  ],
])("answers %s with a 4xx, and goes on", async (_what, body) => {
  const replicas = [await replica(4000), await replica(4000)] as const;
  const base = await gatewayBefore({ inferences: replicas });
  const answer = await fetch(`${base}/v1/chat/completions`, { method: "POST", body });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  await noSlotIsLost(base, replicas);
});
