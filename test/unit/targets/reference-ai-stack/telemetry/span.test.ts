// Spans of a process, W3C trace context, and a buffer that never grows beyond its bound.
import { Hono } from "hono";
import { expect, it } from "vitest";
import { createBuffer } from "../../../../../targets/reference-ai-stack/common/telemetry/buffer.ts";
import {
  createTracer,
  NO_TRACER,
  parseTraceparent,
  traceparentOf,
  type EndedSpan,
} from "../../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { traced, type TracedEnv } from "../../../../../targets/reference-ai-stack/common/telemetry/traced.ts";

const [traceId, spanId] = ["4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"];

function recording() {
  const spans: EndedSpan[] = [];
  return { spans, tracer: createTracer((span) => spans.push(span)) };
}

it("hands on a context that the next process reads back", () => {
  const { tracer } = recording();
  const span = tracer.begin("x", { kind: "client" });
  expect(parseTraceparent(traceparentOf(span))).toEqual(span.context);
  expect(traceparentOf(NO_TRACER.begin("x", { kind: "client" }))).toBeUndefined();
});

it("reads version 00 as it is written, and what a later version may add", () => {
  expect(parseTraceparent(`00-${traceId}-${spanId}-00`)).toEqual({ traceId, spanId });
  expect(parseTraceparent(`cc-${traceId}-${spanId}-01-what-the-future-will-be-like`)).toEqual({ traceId, spanId });
});

it.each([
  undefined,
  "",
  `00-${traceId}-${spanId}`,
  `00-${traceId}-${spanId}-01-more`,
  `ff-${traceId}-${spanId}-01`,
  `00-${"0".repeat(32)}-${spanId}-01`,
  `00-${traceId}-${"0".repeat(16)}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${traceId}-${spanId}-01\r\nx: y`,
  `00-${traceId.slice(1)}-${spanId}-01`,
])("begins a new trace for the header %j", (header) => {
  expect(parseTraceparent(header)).toBeNull();
});

it("counts a span's end once, and its first failure", () => {
  const { spans, tracer } = recording();
  const parent = { traceId, spanId };
  const span = tracer.begin("x", { kind: "server", parent });
  span.fail("timeout");
  span.fail("502");
  span.end();
  span.end();
  expect(spans).toHaveLength(1);
  expect(spans[0]).toMatchObject({ traceId, parentId: spanId, error: "timeout" });
  expect(spans[0]?.attributes.get("error.type")).toBe("timeout");
});

it("makes ids that are all different", () => {
  const { spans, tracer } = recording();
  for (let i = 0; i < 5000; i += 1) tracer.begin("x", { kind: "internal" }).end();
  expect(new Set(spans.map((span) => span.spanId)).size).toBe(5000);
  expect(spans.every((span) => /^[\da-f]{16}$/.test(span.spanId) && /^[\da-f]{32}$/.test(span.traceId))).toBe(true);
});

it("keeps the newest of a buffer, counts what gave way, and takes back no more than has room", () => {
  const buffer = createBuffer<number>(10);
  for (let i = 0; i < 35; i += 1) buffer.put(i);
  const batch = buffer.takeAll();
  expect([batch, buffer.takeLost()]).toEqual([[25, 26, 27, 28, 29, 30, 31, 32, 33, 34], 25]);
  for (let i = 100; i < 104; i += 1) buffer.put(i);
  buffer.putBack(batch);
  expect([buffer.takeAll(), buffer.takeLost(), buffer.takeLost()]).toEqual([
    [29, 30, 31, 32, 33, 34, 100, 101, 102, 103],
    4,
    0,
  ]);
});

it("ends a request's span with its answer, or when the one who held it says so, and logs its ids", async () => {
  const { spans, tracer } = recording();
  const lines: unknown[] = [];
  const note = (_: string, fields: object = {}, span: object | null = null): void =>
    void lines.push({ ...fields, ...span });
  const log = { info: note, warn: note, error: note };
  const held: (() => void)[] = [];
  const app = new Hono<TracedEnv>();
  app.post("/held", traced({ tracer, log }), (c) => {
    const span = c.get("span");
    span.hold();
    held.push(() => span.end());
    return c.text("later");
  });
  app.post("/broken/:id", traced({ tracer, log }, "chat"), () => {
    throw new Error("broken");
  });
  app.onError((_, c) => c.text("no", 500));
  await app.request("/held", { method: "POST", headers: { traceparent: `00-${traceId}-${spanId}-01` } });
  expect(spans).toEqual([]);
  held[0]?.();
  expect(spans[0]).toMatchObject({ traceId, parentId: spanId, name: "POST /held", kind: "server", error: undefined });
  await app.request("/broken/7", { method: "POST" });
  expect(spans[1]).toMatchObject({ name: "POST /broken/:id", error: "500", parentId: undefined });
  expect(lines).toMatchObject([
    { traceId, status: 200 },
    { traceId: spans[1]?.traceId, route: "/broken/7", status: 500 },
  ]);
});
