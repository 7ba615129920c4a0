import { serveForTest } from "../../support/serve-for-test.ts";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { performance } from "node:perf_hooks";
import type { LoadSpec } from "../../../src/records/conditions.ts";
import type { TrafficSpec } from "../../../src/core/target.ts";
import type { LateEvent, RequestEvent } from "../../../src/records/timeline/request.ts";
import { makeGenerator } from "../../../src/load/generator.ts";
import type { GeneratorOptions, LoadSummary } from "../../../src/load/generator.ts";

export const spec: LoadSpec = {
  arrival: "constant",
  ratePerSecond: 100,
  slowOverMs: 2_000,
  timeoutMs: 4_000,
  warmupMs: 0,
  baselineMs: 0,
};

export async function serve(listener: RequestListener): Promise<string> {
  return `${(await serveForTest(listener)).url}/v1/chat`;
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

export function stream(response: ServerResponse, ...contents: readonly string[]): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const content of contents) response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);
}

export const STOP = 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n';

export const END = `${STOP}data: [DONE]\n\n`;

export interface Run {
  readonly requests: readonly RequestEvent[];
  readonly late: readonly LateEvent[];
  readonly summary: LoadSummary;
}

/** Runs the load until so many requests have an outcome, then stops it. */
export async function run(
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
