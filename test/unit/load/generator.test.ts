import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { performance } from "node:perf_hooks";
import { describe, expect, it, onTestFinished } from "vitest";
import type { LoadSpec } from "../../../src/records/conditions.ts";
import type { TrafficSpec } from "../../../src/core/target.ts";
import type { LateEvent, RequestEvent } from "../../../src/records/timeline/request.ts";
import { makeGenerator } from "../../../src/load/generator.ts";
import type { GeneratorOptions, LoadSummary } from "../../../src/load/generator.ts";
import { arrivalTimes } from "../../../src/load/schedule.ts";

const spec: LoadSpec = {
  arrival: "constant",
  ratePerSecond: 100,
  slowOverMs: 2_000,
  timeoutMs: 4_000,
  warmupMs: 0,
  baselineMs: 0,
};

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}/v1/chat`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

function stream(response: ServerResponse, ...contents: readonly string[]): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const content of contents) response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);
}

const STOP = 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n';
const END = `${STOP}data: [DONE]\n\n`;

interface Run {
  readonly requests: readonly RequestEvent[];
  readonly late: readonly LateEvent[];
  readonly summary: LoadSummary;
}

/** Runs the load until so many requests have an outcome, then stops it. */
async function run(
  url: string,
  count: number,
  change: Partial<TrafficSpec> = {},
  options: Partial<GeneratorOptions> = {},
): Promise<Run> {
  const events: (RequestEvent | LateEvent)[] = [];
  const traffic: TrafficSpec = { name: "chat", method: "POST", url, headers: {}, body: null, stream: "sse", ...change };
  const load = options.spec ?? spec;
  const clock = { now: () => performance.now() };
  const emit = (event: RequestEvent | LateEvent): void => void events.push(event);
  const generator = makeGenerator({ traffic, rows: [{}], spec: load, seed: 5, clock, emit, ...options });
  generator.begin(clock.now() + 20);
  const deadline = clock.now() + 20_000;
  while (events.filter((event) => event.kind === "request").length < count && clock.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const summary = await generator.stop(load.timeoutMs + 1_000);
  const requests = events.filter((event) => event.kind === "request").sort((a, b) => a.id - b.id);
  return { requests, late: events.filter((event) => event.kind === "late"), summary };
}

describe("the open-loop generator", () => {
  it("keeps sending while the server stalls, and counts latency from the intended time", async () => {
    const waiting: ServerResponse[] = [];
    let arrivedDuringStall = 0;
    let stalled = true;
    const url = await serve((_request, response) => {
      if (!stalled) return response.end("ok");
      if (waiting.length === 0) setTimeout(release, 500);
      arrivedDuringStall += 1;
      return waiting.push(response);
    });
    function release(): void {
      stalled = false;
      for (const response of waiting) response.end("ok");
    }
    const { requests, summary } = await run(url, 60, { stream: "whole" });

    // A closed loop would have had one request there; every one that was due during the stall arrived.
    expect(arrivedDuringStall).toBeGreaterThan(20);
    expect(summary.answered).toBe(requests.length);
    const intended = requests.map((request) => request.intended);
    const plan = arrivalTimes(spec, 5, "chat", requests.length);
    for (const [index, at] of intended.entries()) {
      expect(at - (intended[0] ?? 0)).toBeCloseTo((plan[index] ?? 0) - (plan[0] ?? 0), 6);
    }
    const first = requests[0];
    expect((first?.done ?? 0) - (first?.intended ?? 0)).toBeGreaterThanOrEqual(498);
    expect(requests.every((request) => (request.sent ?? 0) >= request.intended)).toBe(true);
  });

  it("sheds what is beyond its bound as unsent", async () => {
    const url = await serve(() => undefined);
    const short = { ...spec, slowOverMs: 300, timeoutMs: 400 };
    const { requests, summary } = await run(url, 20, { stream: "whole" }, { maxInFlight: 4, spec: short });
    const unsent = requests.filter((request) => request.outcome === "unsent");
    expect(requests.slice(0, 4).map((request) => request.error)).toEqual(Array(4).fill("timeout"));
    expect(unsent.length).toBeGreaterThan(0);
    expect(unsent.every((request) => request.sent === null && request.right === null)).toBe(true);
    expect(summary.unsent).toBe(unsent.length);
    expect(summary.scheduled).toBe(summary.answered + summary.errors + summary.unsent + summary.abandoned);
  });

  it("says late when a request becomes slow and timeout when it is given up, both from the intended time", async () => {
    const url = await serve((_request, response) => stream(response, "begun"));
    const short = { ...spec, slowOverMs: 100, timeoutMs: 600 };
    const { requests, late } = await run(url, 5, {}, { spec: short });
    expect(new Set(late.map((event) => event.id))).toEqual(new Set(requests.map((request) => request.id)));
    for (const request of requests) {
      expect(request).toMatchObject({ outcome: "error", error: "timeout", done: null });
      expect(request.firstToken).toBeGreaterThanOrEqual(request.sent ?? Infinity);
      expect(request.at - request.intended).toBeGreaterThanOrEqual(600);
      const lateAt = late.find((event) => event.id === request.id)?.at ?? 0;
      expect(lateAt - request.intended).toBeGreaterThanOrEqual(100);
    }
  });

  it("takes an answer without its end for cut, and says how the connection was lost", async () => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked += 1;
      stream(response, "half an ans");
      if (asked % 3 === 0) response.end();
      else if (asked % 3 === 1) setTimeout(() => response.socket?.end(), 5);
      else setTimeout(() => response.socket?.resetAndDestroy(), 5);
    });
    const { requests } = await run(url, 9);
    expect(requests.length).toBeGreaterThanOrEqual(9);
    expect(new Set(requests.map((request) => request.error))).toEqual(new Set(["cut stream", "reset"]));
    for (const request of requests) {
      expect(request).toMatchObject({ outcome: "error", done: null, right: null });
      expect(request.firstToken).not.toBeNull();
    }
  });

  it("times an answer by the event that ends it, though the connection stays open", async () => {
    const url = await serve((_request, response) => {
      stream(response, "yes");
      response.write(END);
    });
    const short = { ...spec, slowOverMs: 1_000, timeoutMs: 3_000 };
    const { requests, summary } = await run(url, 8, { rightWhenContains: "yes" }, { spec: short, maxInFlight: 4 });
    for (const request of requests) {
      expect(request).toMatchObject({ outcome: "answered", right: true });
      expect((request.done ?? Infinity) - request.intended).toBeLessThan(short.timeoutMs);
    }
    expect(summary).toMatchObject({ errors: 0, abandoned: 0 });
  });

  it("lets go of a connection that stays open after its answer is over", async () => {
    let letGo: (() => void) | undefined;
    const isGone = new Promise<void>((resolve) => (letGo = resolve));
    const url = await serve((_request, response) => {
      stream(response, "yes");
      response.write(END);
      response.once("close", () => letGo?.());
    });
    const events: unknown[] = [];
    const traffic: TrafficSpec = { name: "chat", method: "POST", url, headers: {}, body: null, stream: "sse" };
    const clock = { now: () => performance.now() };
    const emit = (event: unknown): void => void events.push(event);
    const generator = makeGenerator({ traffic, rows: [{}], spec, seed: 5, clock, emit });
    generator.begin(clock.now() + 20);
    // Nothing but the load closes it: without that the test would run out of time.
    await isGone;
    expect(await generator.stop(spec.timeoutMs)).toMatchObject({ errors: 0, abandoned: 0 });
    expect(events.length).toBeGreaterThan(0);
  });

  it("uses a connection again whose answer ended with its last event", async () => {
    const connections = new Set<unknown>();
    const url = await serve((request, response) => {
      connections.add(request.socket);
      stream(response, "yes");
      response.end(END);
    });
    const { requests } = await run(url, 20);
    expect(requests.every((request) => request.outcome === "answered")).toBe(true);
    expect(connections.size).toBeLessThan(requests.length / 2);
  });

  it("says the status of a bad head, though its body never ends", async () => {
    const url = await serve((_request, response) => response.writeHead(503).write("please wait"));
    const { requests } = await run(url, 3);
    for (const request of requests)
      expect(request).toMatchObject({ outcome: "error", error: "status 503", right: null });
  });

  it("passes over an early hint", async () => {
    const url = await serve((_request, response) => {
      response.writeEarlyHints({ link: "</style.css>; rel=preload" });
      stream(response, "yes");
      response.end(END);
    });
    const { requests } = await run(url, 3);
    for (const request of requests) expect(request).toMatchObject({ outcome: "answered" });
  });

  it("notes a remark beside an answer", async () => {
    const url = await serve((_request, response) => {
      stream(response, "yes");
      response.end(STOP);
    });
    const { requests } = await run(url, 3);
    for (const request of requests) expect(request).toMatchObject({ outcome: "answered", note: "no terminator" });
  });

  it("names other failures: status, refused connection, an error inside the stream", async () => {
    const busy = await serve((_request, response) => response.writeHead(503).end());
    const broken = await serve((_request, response) => {
      stream(response, "so ");
      response.end('data: {"error":{"message":"no"}}\n\ndata: [DONE]\n\n');
    });
    const errors = async (url: string) => new Set((await run(url, 3)).requests.map((request) => request.error));
    expect(await errors(busy)).toEqual(new Set(["status 503"]));
    expect(await errors(broken)).toEqual(new Set(["error in stream"]));
    expect(await errors("http://127.0.0.1:1/")).toEqual(new Set(["connection refused"]));
  });

  it("finds answers right that contain what the row says, over chunk boundaries, and others wrong", async () => {
    const url = await serve((request, response) => {
      void bodyOf(request).then((text) => {
        const { question } = JSON.parse(text) as { question: string };
        const [first, second] = question === "about a" ? ["see [pass", "age-a]"] : ["see [passage-", "x]"];
        stream(response, "", first ?? "", second ?? "");
        response.end(END);
      });
    });
    const rows = [
      { question: "about a", passage: "passage-a" },
      { question: "about b", passage: "passage-b" },
    ];
    const { requests } = await run(
      url,
      20,
      { body: { question: "{question}" }, rightWhenContains: "[{passage}]" },
      { rows },
    );
    expect(requests.every((request) => request.outcome === "answered")).toBe(true);
    const rights = requests.map((request) => request.right);
    expect(rights).toContain(true);
    expect(rights).toContain(false);
    for (const { sent, firstToken, done } of requests) {
      expect(sent ?? Infinity).toBeLessThanOrEqual(firstToken ?? -1);
      expect(firstToken ?? Infinity).toBeLessThanOrEqual(done ?? -1);
    }
    const again = await run(url, 20, { body: { question: "{question}" }, rightWhenContains: "[{passage}]" }, { rows });
    const both = Math.min(rights.length, again.requests.length);
    expect(again.requests.map((request) => request.right).slice(0, both)).toEqual(rights.slice(0, both));
  });

  it("fills a row into URL, headers and body, and answers without a right say null", async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      void bodyOf(request).then((body) => {
        seen.push({ url: request.url, tag: request.headers["x-tag"], body: JSON.parse(body) as unknown });
        response.end("whole");
      });
    });
    const { requests } = await run(
      `${url}?q={text}`,
      1,
      { stream: "whole", headers: { "X-Tag": "{tag}" }, body: { list: ["{text}"], keep: "{unknown}" } },
      { rows: [{ text: 'a "b" & c', tag: 7 }] },
    );
    expect(seen[0]).toEqual({
      url: "/v1/chat?q=a%20%22b%22%20%26%20c",
      tag: "7",
      body: { list: ['a "b" & c'], keep: "{unknown}" },
    });
    expect(requests[0]).toMatchObject({ outcome: "answered", right: null, firstToken: null });
  });
});
