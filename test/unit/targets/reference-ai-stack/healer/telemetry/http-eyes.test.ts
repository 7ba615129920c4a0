import { serveForTest } from "../../../../../support/serve-for-test.ts";
import { Hono } from "hono";
import { Histogram } from "prom-client";
import { expect, test } from "vitest";
import { createRegistry, mountMetrics } from "../../../../../../targets/reference-ai-stack/common/metrics.ts";
import { NO_TRACER } from "../../../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { openHand } from "../../../../../../targets/reference-ai-stack/healer/orchestration/http-hand.ts";
import { openEyes } from "../../../../../../targets/reference-ai-stack/healer/telemetry/http-eyes.ts";
import { readResources } from "../../../../../../targets/reference-ai-stack/healer/telemetry/read-answer.ts";
import { askJson } from "../../../../../../targets/reference-ai-stack/healer/telemetry/http-json.ts";

const limits = { memoryBytes: 1000, handles: undefined };

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

const MANIFEST = {
  indexHash: "a",
  manifestHash: "b",
  rows: 9,
  records: 12,
  removed: 2,
  digests: { records: "aa", index: "bb" },
  vectors: { centroid: 0.5, oddLengths: 0.25 },
};

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
    "/manifest": MANIFEST,
    "/self-retrieval": {
      share: 0.5,
      checked: 64,
      missed: [],
      internal: { share: 1, checked: 16 },
      differing: ["r1", "r2"],
      shape: { answers: 64, short: 1, unknown: 2, repeated: 3, alike: 4, misnamed: 5 },
    },
  });
  const eyes = openEyes({ supervisorPort: port, gatewayPort: port, limits, cacheDir: "/nowhere" });
  expect(await eyes.rollCall()).toEqual([{ service: "vector", replica: "vector-1", pid: null, port: 5, weight: 0 }]);
  expect(await eyes.traffic()).toEqual([
    {
      service: "vector",
      replica: "vector-1",
      weight: 1,
      started: 5,
      waiting: [12],
      oldestMs: 0,
      recent: [{ seq: 3, ms: 4.5, ok: false }],
    },
  ]);
  expect(await eyes.check("vector-1")).toBe(7);
  expect(await eyes.pulse(port)).toMatchObject({ state: "good" });
  expect(await eyes.manifest(port)).toEqual({
    matches: false,
    rows: 9,
    records: 10,
    digests: { records: "aa", index: "bb" },
    vectors: { centroid: 0.5, oddLengths: 0.25 },
  });
  expect(await eyes.selfRetrieval(port, 8)).toEqual({
    share: 0.5,
    checked: 64,
    internal: { share: 1, checked: 16 },
    differing: 2,
    shape: { answers: 64, short: 1, unknown: 2, repeated: 3, alike: 4, misnamed: 5 },
  });
});

test("what is not there or not of the right shape is not seen, and never taken for good or bad", async () => {
  const port = await serve({
    "/inventory": { replicas: [{ service: "vector" }] },
    "/manifest": { rows: 1 },
    "/self-retrieval": { share: 0, checked: 0 },
    "/internal/check": { ok: false, ms: 2000 },
  });
  const eyes = openEyes({ supervisorPort: port, gatewayPort: port, limits, cacheDir: "/nowhere" });
  expect(await eyes.rollCall()).toBeNull();
  expect(await eyes.traffic()).toBeNull();
  expect(await eyes.manifest(port)).toBeNull();
  expect(await eyes.selfRetrieval(port, 8)).toBeNull();
  expect(await eyes.check("vector-1")).toBeNull();
});

test("a closed port and a cut connection are refusals, a server that says nothing is silent", async () => {
  const port = await serve({});
  expect(await askJson({ port, path: "/health", timeoutMs: 1000 })).toMatchObject({ kind: "refused" });
  const mute = await serveForTest(() => undefined);
  expect(await askJson({ port: mute.port, path: "/health", timeoutMs: 50 })).toMatchObject({ kind: "silent" });
  await mute.end();
  expect(
    await openEyes({ supervisorPort: 1, gatewayPort: 1, limits, cacheDir: "/nowhere" }).pulse(mute.port),
  ).toMatchObject({
    state: "refused",
  });
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

test.each([
  [
    "a page of prom-client",
    'process_open_fds{replica="a"} 23\nprocess_max_fds{replica="a"} 1024\n',
    { used: 23, limit: 1024 },
  ],
  ["a page without labels", "process_open_fds 2.3e1\nprocess_max_fds 1024", { used: 23, limit: 1024 }],
  ["a page without handles", "", null],
  ["a limit that is none", "process_open_fds 23\nprocess_max_fds +Inf\n", null],
])("what a process holds is read from %s", (_, more, handles) => {
  const page = `# HELP process_resident_memory_bytes x\nprocess_resident_memory_bytes{replica="a"} 5e2\n${more}`;
  expect(readResources(page, limits)).toEqual({ memory: { used: 500, limit: 1000 }, handles });
});

test("a page without memory, or with what is no number, is not seen", () => {
  for (const page of ["", "# process_resident_memory_bytes 5", "process_resident_memory_bytes NaN", "x 1"]) {
    expect(readResources(page, limits)).toBeNull();
  }
});

test("embeddings are read from base64, and the embedder is asked to compute when they are to be fresh", async () => {
  const asked: string[] = [];
  const vector = Buffer.alloc(8);
  vector.writeFloatLE(0.5, 4);
  const { port } = await serveForTest((request, response) => {
    asked.push(request.headers["cache-control"] ?? "-");
    response.end(JSON.stringify({ data: [{ embedding: vector.toString("base64") }] }));
  });
  const eyes = openEyes({ supervisorPort: port, gatewayPort: port, limits, cacheDir: "/nowhere" });
  expect(await eyes.embeddings(port, [3], true)).toEqual({ places: [3], vectors: [Float32Array.of(0, 0.5)] });
  // One vector for two texts is no answer.
  expect(await eyes.embeddings(port, [3, 4], false)).toBeNull();
  expect(asked).toEqual(["no-cache", "-"]);
});

test("a pulse keeps its connection while all is well, and takes a fresh one each third time and after a bad look", async () => {
  let connections = 0;
  let status = 200;
  const served = await serveForTest((_, response) => void response.writeHead(status).end("{}"));
  served.server.on("connection", () => (connections += 1));
  const eyes = openEyes({ supervisorPort: 1, gatewayPort: 1, limits, cacheDir: "/nowhere" });
  const openedAfter = async (looks: number): Promise<number> => {
    for (let look = 0; look < looks; look += 1) await eyes.pulse(served.port);
    return connections;
  };
  // Fresh, opened to be kept, kept; fresh, kept, kept.
  expect(await openedAfter(3)).toBe(2);
  expect(await openedAfter(3)).toBe(3);
  status = 503;
  expect((await eyes.pulse(served.port)).state).toBe("silent");
  expect(await openedAfter(2)).toBe(6);
});

test("a process is asked for the series of what it holds alone, and for all of its page where it knows no names", async () => {
  const registry = createRegistry("vector", "vector-1");
  const app = new Hono();
  mountMetrics(app, registry);
  const pages: string[] = [];
  let knowsNames = true;
  const { port } = await serveForTest((request, response) => {
    const asked = request.url ?? "";
    void (async () => {
      const page = knowsNames || !asked.includes("?") ? await (await app.request(asked)).text() : "\n";
      pages.push(page);
      response.end(page);
    })();
  });
  const eyes = openEyes({ supervisorPort: port, gatewayPort: port, limits, cacheDir: "/nowhere" });
  const seen = await eyes.resources(port);
  expect(seen).toMatchObject({ memory: { limit: 1000 }, handles: { limit: expect.any(Number) as number } });
  expect(seen?.memory.used).toBeGreaterThan(1e6);
  expect(pages.join("").match(/^# TYPE .*$/gm)).toHaveLength(3);
  knowsNames = false;
  for (let look = 0; look < 2; look += 1) expect((await eyes.resources(port))?.memory.used).toBeGreaterThan(1e6);
  expect(pages.map((page) => page.includes("nodejs_"))).toEqual([false, false, true, true]);
});

test("of a histogram that is asked for by one of its series, the page has them all", async () => {
  const registry = createRegistry("vector", "vector-1");
  new Histogram({ name: "took_seconds", help: "-", buckets: [1], registers: [registry] }).observe(0.5);
  const app = new Hono();
  mountMetrics(app, registry);
  const page = await (await app.request("/metrics?name[]=took_seconds_sum&name[]=nobody_has_this")).text();
  expect(page.match(/^\w+/gm)).toEqual([
    "took_seconds_bucket",
    "took_seconds_bucket",
    "took_seconds_sum",
    "took_seconds_count",
  ]);
});

test("on a page of several replicas the resources are those of the one that is meant", () => {
  const of = (replica: string, bytes: number): string =>
    `process_resident_memory_bytes{service="s",replica="${replica}"} ${bytes}\n`;
  const page = of("healer", 7) + of("collector", 9);
  expect(readResources(page, limits, "collector")?.memory.used).toBe(9);
  expect(readResources(page, limits, "gateway")?.memory.used).toBe(7);
});
