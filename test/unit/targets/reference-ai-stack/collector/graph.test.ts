// The service graph follows from spans: who answered is known from the callee's own span, or else from the caller's.
import { expect, it } from "vitest";
import { deriveGraph, type Graph } from "../../../../../targets/reference-ai-stack/collector/graph.ts";
import { readTraces } from "../../../../../targets/reference-ai-stack/collector/read-traces.ts";
import { NOW, traces, type SpanSketch } from "./otlp-bodies.ts";

const CLIENT = 3;
const graphOf = (sketches: readonly SpanSketch[], windowMs = 30_000, now = NOW + 10): Graph =>
  deriveGraph(readTraces(traces(...sketches), now).rows, now, windowMs);
const edges = (graph: Graph): readonly string[] =>
  graph.edges.map(({ from, to, calls, errors }) => `${from.replica}>${to.service}/${to.replica} ${calls}/${errors}`);

const user: SpanSketch = { service: "gateway", id: "1", ms: 40 };
const address = { "server.address": "127.0.0.1", "server.port": "7411" };
const call: SpanSketch = { service: "gateway", id: "2", parent: "1", kind: CLIENT, ms: 30, attributes: address };
const served: SpanSketch = { service: "vector", replica: "vector-1", id: "3", parent: "2", ms: 20 };

it("has an edge for a client span whose child another service served", () => {
  const graph = graphOf([served, call, user]);
  expect(edges(graph)).toEqual(["gateway>vector/vector-1 1/0"]);
  expect(graph.edges[0]).toMatchObject({ durationMs: { p50: 30 }, answered: 1, lastAt: NOW });
  expect(graph.nodes.map(({ replica, requests }) => [replica, requests])).toEqual([
    ["vector-1", 1],
    ["gateway", 1],
  ]);
});

it("knows a dead callee by the address at which it answered before", () => {
  const dead: SpanSketch = { ...call, id: "4", error: "connection" };
  expect(edges(graphOf([user, call, served, dead]))).toEqual(["gateway>vector/vector-1 2/1"]);
  expect(graphOf([user, call, served, dead]).edges[0]?.errorTypes).toEqual({ connection: 1 });
});

it("keeps what it learned of addresses when the calls that taught it are out of the window", () => {
  const dead: SpanSketch = { ...call, id: "4", error: "connection", startMs: NOW + 60_000 };
  const graph = graphOf([user, call, served, dead], 30_000, NOW + 60_010);
  expect(edges(graph)).toEqual(["gateway>vector/vector-1 1/1"]);
});

it("takes the caller's word for a callee that was never seen, and an address for one that has no name", () => {
  const named = { ...address, "peer.service": "vector", "stack.peer.replica": "vector-2" };
  expect(edges(graphOf([{ ...call, attributes: named }]))).toEqual(["gateway>vector/vector-2 1/0"]);
  expect(edges(graphOf([call]))).toEqual(["gateway>127.0.0.1:7411/127.0.0.1:7411 1/0"]);
  expect(edges(graphOf([{ ...call, attributes: {} }]))).toEqual([]);
});

it("believes the callee's own span over the caller's word", () => {
  const wrong = { ...address, "peer.service": "vector", "stack.peer.replica": "vector-2" };
  expect(edges(graphOf([{ ...call, attributes: wrong }, served]))).toEqual(["gateway>vector/vector-1 1/0"]);
});

it("makes no edge inside one process, and none of another trace's spans", () => {
  const inside: SpanSketch = { service: "gateway", id: "5", parent: "1", kind: 1 };
  expect(edges(graphOf([user, inside]))).toEqual([]);
});

it("counts a thinned-out trace for those that were not kept, and each error once", () => {
  const thin = { traceState: "ot=th:c" };
  const graph = graphOf([
    { ...user, ...thin },
    { ...call, ...thin },
    { ...served, ...thin },
    { ...call, ...thin, id: "4", error: "timeout" },
  ]);
  expect(edges(graph)).toEqual(["gateway>vector/vector-1 5/1"]);
  expect(graph.nodes.map(({ requests }) => requests)).toEqual([4, 4]);
  expect(edges(graphOf([{ ...call, traceState: "ot=th:ffffffffffffff" }]))).toEqual([
    "gateway>127.0.0.1:7411/127.0.0.1:7411 1024/0",
  ]);
});

it("has no more edges than its bound, and those with the most calls", () => {
  const odd = Array.from({ length: 300 }, (_, i): SpanSketch => ({
    ...call,
    attributes: { "server.address": `host-${i}` },
  }));
  const { edges: found } = graphOf([...odd, call, call]);
  expect([found.length, found[0]?.calls, found[0]?.to.service]).toEqual([200, 2, "127.0.0.1:7411"]);
});

it("has rates and quantiles by nearest rank over the window", () => {
  const calls = Array.from({ length: 10 }, (_, i): SpanSketch => ({ ...call, id: (i + 1).toString(16), ms: i + 1 }));
  const [edge] = graphOf(calls, 10_000).edges;
  expect(edge).toMatchObject({ calls: 10, perSecond: 1, durationMs: { mean: 5.5, p50: 5, p95: 10, max: 10 } });
});
