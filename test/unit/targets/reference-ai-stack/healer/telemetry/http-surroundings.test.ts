// Who calls whom and what was changed, asked over HTTP: what cannot be asked is null, and nothing hangs.
import { expect, test } from "vitest";
import { openSurroundings } from "../../../../../../targets/reference-ai-stack/healer/telemetry/http-surroundings.ts";
import { readChanges } from "../../../../../../targets/reference-ai-stack/healer/telemetry/read-changes.ts";
import { readGraph } from "../../../../../../targets/reference-ai-stack/healer/telemetry/read-graph.ts";
import { serveForTest } from "../../../../../support/serve-for-test.ts";

const UPSTREAMS = {
  upstreams: [
    { replica: "vector-1", service: "vector" },
    { replica: "embedder", service: "embedder" },
  ],
};

async function serve(answer: () => { status: number; body: unknown }): Promise<number> {
  const served = await serveForTest((_, response) => {
    const { status, body } = answer();
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  return served.port;
}

test("the gateway's upstreams are the graph, and the last one stays when it is gone", async () => {
  let status = 200;
  const gateway = await serve(() => ({ status, body: UPSTREAMS }));
  const around = openSurroundings({ supervisor: 9, gateway });
  const graph = new Map([["gateway", new Set(["vector", "embedder"])]]);
  expect(await around.graph()).toEqual(graph);
  status = 503;
  expect(await around.graph()).toEqual(graph);
  expect(await openSurroundings({ supervisor: 9, gateway: 9 }).graph()).toBeNull();
});

test("calls that traces show join those of the gateway; who only looks after the others is on no way of users", async () => {
  const call = (from: string, to: string) => ({ from: { service: from, replica: `${from}-1` }, to: { service: to } });
  const edges = [
    call("gateway", "agent"),
    call("agent", "tools"),
    call("healer", "vector"),
    call("a", "a"),
    { from: 3 },
  ];
  const collector = await serve(() => ({ status: 200, body: { edges } }));
  const gateway = await serve(() => ({ status: 200, body: UPSTREAMS }));
  const both = await openSurroundings({ supervisor: 9, gateway, collector }).graph();
  expect(both).toEqual(
    new Map([
      ["gateway", new Set(["agent", "vector", "embedder"])],
      ["agent", new Set(["tools"])],
    ]),
  );
  const traced = await openSurroundings({ supervisor: 9, gateway: 9, collector }).graph();
  expect(traced?.get("gateway")).toEqual(new Set(["agent"]));
  for (const body of [null, "x", [], { edges: {} }]) expect(readGraph(body)).toBeNull();
});

test("the supervisor's changes are read with suspicion", async () => {
  const at = "2030-01-01T00:00:00.000Z";
  const row = { at, what: "restart-replica vector-1", by: "operator", service: "vector", replica: "vector-1" };
  const supervisor = await serve(() => ({
    status: 200,
    body: { changes: [row, { at: "never" }, null, { ...row, by: 3 }] },
  }));
  const { what, by } = row;
  const scope = { service: "vector", replica: "vector-1" };
  expect(await openSurroundings({ supervisor, gateway: 9 }).changes()).toEqual([{ at, what, by, scope }]);
  expect(await openSurroundings({ supervisor: 9, gateway: 9 }).changes()).toBeNull();
  for (const body of [null, undefined, "x", [], { changes: 3 }]) expect(readChanges(body)).toBeNull();
});
