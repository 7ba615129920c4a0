import { serveForTest } from "../../../../../support/serve-for-test.ts";
import { expect, test } from "vitest";
import { NO_TRACER } from "../../../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { openHand } from "../../../../../../targets/reference-ai-stack/healer/orchestration/http-hand.ts";
import { openEyes } from "../../../../../../targets/reference-ai-stack/healer/telemetry/http-eyes.ts";
import { askJson } from "../../../../../../targets/reference-ai-stack/healer/telemetry/http-json.ts";

/** A server that answers what its table says; a path that is not in it is cut off. */
async function serve(table: Record<string, unknown>, seen: string[] = []): Promise<number> {
  const { port } = await serveForTest((request, response) => {
    const path = request.url?.split("?")[0] ?? "";
    seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? "-"}`);
    if (!(path in table)) return void request.socket.destroy();
    response.setHeader("content-type", "application/json");
    return void response.end(JSON.stringify(table[path]));
  });
  return port;
}

test("the eyes read what supervisor, gateway and replicas publish", async () => {
  const port = await serve({
    "/inventory": {
      replicas: [{ service: "vector", replica: "vector-1", pid: null, port: 5, version: "1", weight: 0 }],
    },
    "/internal/upstreams": {
      upstreams: [
        {
          service: "vector",
          replica: "vector-1",
          weight: 1,
          requests: 3,
          inFlight: 2,
          waitingMs: [12],
          latency: { recent: [{ seq: 3, ms: 4.5, ok: false, at: 1 }] },
        },
      ],
    },
    "/internal/check": { ok: true, ms: 7 },
    "/health": {},
    "/manifest": { indexHash: "a", manifestHash: "b", rows: 9 },
    "/self-retrieval": { share: 0.5, checked: 64, missed: [] },
  });
  const eyes = openEyes({ supervisorPort: port, gatewayPort: port });
  expect(await eyes.rollCall()).toEqual([{ service: "vector", replica: "vector-1", pid: null, port: 5, weight: 0 }]);
  expect(await eyes.traffic()).toEqual([
    {
      service: "vector",
      replica: "vector-1",
      weight: 1,
      started: 5,
      waiting: [12],
      recent: [{ seq: 3, ms: 4.5, ok: false }],
    },
  ]);
  expect(await eyes.check("vector-1")).toBe(7);
  expect(await eyes.pulse(port)).toMatchObject({ state: "good" });
  expect(await eyes.manifest(port)).toEqual({ matches: false, rows: 9 });
  expect(await eyes.selfRetrieval(port)).toEqual({ share: 0.5, checked: 64 });
});

test("what is not there or not of the right shape is not seen, and never taken for good or bad", async () => {
  const port = await serve({
    "/inventory": { replicas: [{ service: "vector" }] },
    "/manifest": { rows: 1 },
    "/self-retrieval": { share: 0, checked: 0 },
    "/internal/check": { ok: false, ms: 2000 },
  });
  const eyes = openEyes({ supervisorPort: port, gatewayPort: port });
  expect(await eyes.rollCall()).toBeNull();
  expect(await eyes.traffic()).toBeNull();
  expect(await eyes.manifest(port)).toBeNull();
  expect(await eyes.selfRetrieval(port)).toBeNull();
  expect(await eyes.check("vector-1")).toBeNull();
});

test("a closed port and a cut connection are refusals, a server that says nothing is silent", async () => {
  const port = await serve({});
  expect(await askJson({ port, path: "/health", timeoutMs: 1000 })).toMatchObject({ kind: "refused" });
  const mute = await serveForTest(() => undefined);
  expect(await askJson({ port: mute.port, path: "/health", timeoutMs: 50 })).toMatchObject({ kind: "silent" });
  await mute.end();
  expect(await openEyes({ supervisorPort: 1, gatewayPort: 1 }).pulse(mute.port)).toMatchObject({ state: "refused" });
});

test("the hand carries the token and says what the supervisor answered", async () => {
  const seen: string[] = [];
  const port = await serve({ "/operations/restart-replica": { pid: 5 }, "/operations/set-weights": {} }, seen);
  const hand = openHand(port, "secret", NO_TRACER);
  expect(await hand.do("restart-replica", { replica: "vector-1" })).toMatchObject({ outcome: "done" });
  expect(await hand.do("set-weights", { weights: { "inference-1": 0 } })).toMatchObject({ outcome: "done" });
  const lost = await hand.do("restore-index", { replica: "vector-1", source: "snapshot" });
  expect(lost.outcome).toBe("failed");
  expect(lost.says).not.toContain("secret");
  expect(seen[0]).toBe("POST /operations/restart-replica Bearer secret");
});
