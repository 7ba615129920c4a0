// One trace out of whatever a stack answers: read in the shapes that backends have, bounded, and never an exception.

import type { RequestListener } from "node:http";
import { describe, expect, it, test } from "vitest";
import { readTrace } from "../../../src/probes/traces.ts";
import { serveForTest } from "../../support/serve-for-test.ts";

const signal = new AbortController().signal;
const how = { signal, allows: () => false, mask: (text: string) => text.replaceAll("hunter2", "[secret]") };

async function answeredBy(listener: RequestListener): ReturnType<typeof readTrace> {
  return readTrace(`${(await serveForTest(listener)).url}/api/traces/x`, how);
}

const answered = (body: unknown) => answeredBy((_request, response) => void response.end(JSON.stringify(body)));

const rows = [
  { spanId: "c", parentId: "b", service: "vector", name: "POST /search", startMs: 1004, durationMs: 3, error: "503" },
  { spanId: "b", parentId: "a", service: "gateway", name: "POST", startMs: 1002, durationMs: 6, error: null },
  {
    spanId: "a",
    parentId: "ours",
    service: "gateway",
    name: "POST /chat",
    startMs: 1000,
    durationMs: 9.5,
    error: null,
  },
];
const told = [
  { service: "gateway", name: "POST /chat", depth: 0, since: 0, duration: 9.5 },
  { service: "gateway", name: "POST", depth: 1, since: 2, duration: 6 },
  { service: "vector", name: "POST /search", depth: 2, since: 4, duration: 3, error: "503" },
];

/** The same as OTLP has it. */
const resourceSpans = rows.map(({ spanId, parentId, service, name, startMs, durationMs, error }) => ({
  resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
  scopeSpans: [
    {
      spans: [
        {
          spanId,
          parentSpanId: parentId,
          name,
          startTimeUnixNano: `${startMs}000000`,
          endTimeUnixNano: String(Math.round((startMs + durationMs) * 1e6)),
          ...(error !== null && { status: { code: 2, message: error } }),
        },
      ],
    },
  ],
}));

test.each([
  ["flat rows", { spans: rows }],
  ["OTLP", { resourceSpans }],
  ["OTLP as Tempo's API v1 has it", { batches: resourceSpans }],
  ["OTLP as Tempo's API v2 has it", { trace: { resourceSpans } }],
  ["OTLP as Jaeger's API v3 has it", { result: { resourceSpans } }],
])("spans come out of %s: callers first, with times from the first span on", async (_shape, body) => {
  expect(await answered(body)).toEqual({ spans: told });
});

describe("an answer that is of no use", () => {
  it("is said in words, whatever it is", async () => {
    const said = [
      await answeredBy((_request, response) => void response.writeHead(404).end("{}")),
      await answeredBy((_request, response) => void response.writeHead(500).end("no")),
      await answeredBy((_request, response) => void response.end("<html>")),
      await answered({ spans: [] }),
      await answered({ spans: [null, 7, { spanId: "a", name: "x", startMs: 5, durationMs: -1 }, { spanId: "b" }] }),
      await answered({ resourceSpans: [{ scopeSpans: "no" }, null] }),
      await answeredBy((request) => void request.socket.destroy()),
      await readTrace("http://192.0.2.1/x", how),
    ].map(({ spans, reason }) => (spans === undefined ? reason : spans));
    expect(said).toEqual([
      "the stack has no such trace, or no longer",
      "answered 500",
      "the answer is neither OTLP as JSON nor a list of spans",
      "the stack has no spans of it",
      "the stack has no spans of it",
      "the stack has no spans of it",
      "other side closed",
      "not on this machine",
    ]);
  });

  it("is not read any further than a megabyte", async () => {
    const big = await answeredBy((_request, response) => void response.end("x".repeat(1_048_577)));
    expect(big).toEqual({ reason: "longer than 1048576 bytes" });
  });

  it("ends with the signal of whoever asks", async () => {
    const { url } = await serveForTest(() => undefined);
    const ended = readTrace(url, { ...how, signal: AbortSignal.abort() });
    expect(await ended).toEqual({ reason: "given up" });
  });
});

it("keeps so many spans of a trace, and counts the others", async () => {
  const many = Array.from({ length: 100 }, (_, n) => ({ ...rows[2], spanId: `s${n}` }));
  const { spans, more } = await answered({ spans: many });
  expect([spans?.length, more]).toEqual([40, 60]);
});

it("cuts long texts, leaves out what the caller masks, and gets out of circles and of ladders without end", async () => {
  const long = { ...rows[0], spanId: "l", name: `token hunter2 ${"x".repeat(500)}`, service: "hunter2" };
  const { spans } = await answered({ spans: [long] });
  expect(spans?.[0]?.name).toMatch(/^token \[secret\] x+…$/);
  expect([spans?.[0]?.name.length, spans?.[0]?.service]).toEqual([120, "[secret]"]);
  const circle = await answered({ spans: [{ ...rows[0], spanId: "b", parentId: "c" }, rows[0]] });
  expect(circle.spans?.map(({ depth }) => depth).toSorted()).toEqual([0, 1]);
  const ladder = Array.from({ length: 30 }, (_, n) => ({ ...rows[2], spanId: `s${n}`, parentId: `s${n - 1}` }));
  expect((await answered({ spans: ladder })).spans?.at(-1)?.depth).toBe(12);
});
