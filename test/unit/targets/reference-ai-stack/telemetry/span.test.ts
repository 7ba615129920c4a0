// Spans of a process, W3C trace context, and a buffer that never grows beyond its bound.
import { Hono } from "hono";
import { expect, it } from "vitest";
import { createBuffer } from "../../../../../targets/reference-ai-stack/common/telemetry/buffer.ts";
import {
  createSampler,
  ratioIn,
  tracestateOf,
} from "../../../../../targets/reference-ai-stack/common/telemetry/sampler.ts";
import {
  createTracer,
  NO_TRACER,
  parseTraceContext,
  traceHeaders,
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
  expect(parseTraceContext(traceHeaders(span).traceparent)).toEqual(span.context);
  expect(traceHeaders(NO_TRACER.begin("x", { kind: "client" }))).toEqual({});
});

it("reads version 00 as it is written, and what a later version may add", () => {
  expect(parseTraceContext(`00-${traceId}-${spanId}-00`)).toEqual({ traceId, spanId, isThin: true });
  expect(parseTraceContext(`cc-${traceId}-${spanId}-01-what-the-future-will-be-like`)).toEqual({ traceId, spanId });
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
  expect(parseTraceContext(header)).toBeNull();
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

it("keeps all traces up to 20 a second, and then one of a power of two; of the others only what fails", () => {
  let [now, drawn] = [0, 0];
  const spans: EndedSpan[] = [];
  const sampler = createSampler(
    () => now,
    () => (drawn += 0.37) % 1,
  );
  const tracer = createTracer((span) => spans.push(span), sampler);
  const kept = (perSecond: number): number => {
    now += 1000;
    const before = spans.length;
    for (let i = 0; i < perSecond; i += 1) tracer.begin("x", { kind: "server" }).end();
    return spans.length - before;
  };
  expect([kept(20), kept(20)]).toEqual([20, 20]);
  expect(kept(90)).toBe(90);
  const fewer = kept(90);
  expect(fewer).toBeGreaterThan(8);
  expect(fewer).toBeLessThan(15);
  expect(spans.at(-1)?.ratio).toBe(1 / 8);
  const thin = Array.from({ length: 50 }, () => tracer.begin("x", { kind: "server" })).find(
    (one) => one.context?.isThin,
  );
  const { traceparent, tracestate } = traceHeaders(thin ?? NO_TRACER.begin("x", { kind: "server" }));
  expect([traceparent?.slice(-2), tracestate]).toEqual(["00", "ot=th:e"]);
  const child = tracer.begin("y", { kind: "server", parent: parseTraceContext(traceparent, tracestate) });
  child.fail("502");
  child.end();
  expect(spans.at(-1)).toMatchObject({ name: "y", error: "502", ratio: 1 / 8 });
  now += 5000;
  expect(kept(5)).toBe(5);
});

it("keeps of strangers' traces no more than of its own, under their ids, and of those that they do not keep none", () => {
  const spans: EndedSpan[] = [];
  const tracer = createTracer((span) => spans.push(span), { ratio: () => 1 / 4, decide: () => spans.length < 2 });
  const parent = { traceId, spanId };
  const server = (more: object) => tracer.begin("x", { kind: "server", parent, ...more });
  server({ isFromOutside: true }).end();
  expect(spans).toMatchObject([{ traceId, parentId: spanId, ratio: 1 / 4 }]);
  server({ isFromOutside: true, parent: { ...parent, ratio: 1 / 2 } }).end();
  expect(spans[1]).toMatchObject({ traceId, ratio: 1 / 8 });
  const thinned = server({ isFromOutside: true });
  thinned.end();
  expect([spans.length, traceHeaders(thinned).traceparent?.slice(-2)]).toEqual([2, "00"]);
  server({ isFromOutside: true, parent: { ...parent, isThin: true } }).end();
  expect(spans).toHaveLength(2);
  // One of our own has decided.
  server({}).end();
  expect(spans).toHaveLength(3);
});

it("says a ratio in tracestate so that it is read back, and takes nonsense for none", () => {
  for (const ratio of [1 / 2, 1 / 4, 1 / 32, 1 / 1024]) expect(ratioIn(tracestateOf(ratio))).toBe(ratio);
  expect(tracestateOf(1)).toBeUndefined();
  expect(ratioIn("a=b, ot=rv:00;th:c , x=y")).toBe(1 / 4);
  for (const text of [undefined, "", "ot=th:", "ot=th:xyz", "not=th:8", "ot=th:123456789012345"])
    expect(ratioIn(text)).toBe(1);
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
  app.post("/held", traced({ tracer, log }, "all"), (c) => {
    const span = c.get("span");
    span.hold();
    held.push(() => span.end());
    return c.text("later");
  });
  app.post("/broken/:id", traced({ tracer, log }, "failures", "chat"), () => {
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
