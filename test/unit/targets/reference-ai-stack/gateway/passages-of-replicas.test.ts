// Passages that readers open, from real vector replicas: whatever id somebody asks for, it is an id and nothing else.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createRegistry } from "../../../../../targets/reference-ai-stack/common/metrics.ts";
import { listen } from "../../../../../targets/reference-ai-stack/common/serve.ts";
import { NO_TRACER } from "../../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { createVectorApp } from "../../../../../targets/reference-ai-stack/vector/app.ts";
import { filesIn } from "../../../../../targets/reference-ai-stack/vector/layout.ts";
import { openReplica } from "../../../../../targets/reference-ai-stack/vector/replica.ts";
import { buildIndexFolder } from "../../../../../targets/reference-ai-stack/vector/snapshot.ts";
import { deadAddress, gatewayBefore, openThings, standIn, upstream } from "./stand-ins.ts";

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const record = (id: string, row: number) => ({
  id,
  title: `title of ${id}`,
  text: `text of ${id}`,
  vector: Float32Array.from({ length: 512 }, (_, i) => Math.sin((row + 1) * (i + 1))),
});
/** Some are names of a replica's own paths, or lead to another path. */
const STORED = ["fs/promises.open#1", "a?b=c&d", "100%", "%2e%2e", "sample"];
const NOWHERE = [
  "held",
  "embedded",
  "by-id",
  "sample?n=0",
  "held?part=x",
  "embedded/",
  "%2E%2E",
  "x/../held",
  "\0",
  "é",
];

beforeEach(() => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of openThings.splice(0).toReversed()) await close();
});

/** The address of a replica that holds those ids. */
async function replicaWith(ids: readonly string[]): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "passages-"));
  const files = filesIn(dir);
  await buildIndexFolder(files, "corpus", ids.map(record));
  const replica = await openReplica(files);
  const registry = createRegistry("vector", "vector-1");
  const parts = { principals: {}, writers: {}, recorders: null, registry, tracer: NO_TRACER, log };
  const server = await listen(createVectorApp({ replica, ...parts }), 0);
  openThings.push(async () => {
    await server.close();
    await replica.close();
    await rm(dir, { recursive: true, force: true });
  });
  return `127.0.0.1:${server.port}`;
}

/** Sets a replica's share of the traffic. */
async function weigh(base: string, replica: string, weight: number): Promise<void> {
  const headers = { authorization: "Bearer s3cret" };
  const body = JSON.stringify({ weights: { [replica]: weight } });
  expect((await fetch(`${base}/internal/weights`, { method: "PUT", headers, body })).status).toBe(200);
}

const read = async (base: string, id: string): Promise<Response> =>
  fetch(`${base}/chat/passages/${encodeURIComponent(id)}`);

it("any id that somebody asks for is an id: found as it is or not at all, and counts against no replica", async () => {
  const base = await gatewayBefore({ vectors: [await replicaWith(STORED), await replicaWith(STORED)] });
  for (const id of STORED) {
    const answer = await read(base, id);
    expect([answer.status, await answer.json()]).toEqual([200, { id, title: `title of ${id}`, text: `text of ${id}` }]);
  }
  for (const id of [...NOWHERE, "日".repeat(512)]) {
    // As many times as have a replica left out that fails each time, whoever of the two is asked.
    for (let n = 0; n < 10; n += 1) expect([id, (await read(base, id)).status]).toEqual([id, 404]);
  }
  for (const replica of ["vector-1", "vector-2"]) {
    const { errors, ejections, outcomes } = await upstream(base, replica);
    expect({ errors, ejections, ...outcomes }).toMatchObject({ errors: 0, ejections: 0, failed: 0, broken: 0 });
  }
});

it("a passage that one replica lacks comes from its sibling, and one that both lack does not exist", async () => {
  const base = await gatewayBefore({ vectors: [await replicaWith(["a", "b"]), await replicaWith(["a"])] });
  for (const id of ["b", "c"]) {
    const seen = await Promise.all([1, 2, 3, 4].map(async () => (await read(base, id)).status));
    expect([id, ...new Set(seen)]).toEqual([id, id === "b" ? 200 : 404]);
  }
});

it.each<readonly [string, () => Promise<string>, (base: string) => Promise<void>]>([
  ["cannot be reached", deadAddress, async () => undefined],
  [
    "knows no such path",
    async () => standIn((_request, response) => response.writeHead(404).end("{}")),
    async () => undefined,
  ],
  ["is drained", async () => replicaWith(["a"]), async (base) => weigh(base, "vector-2", 0)],
])("a passage that one replica lacks is not known while its sibling %s", async (_how, sibling, begin) => {
  const base = await gatewayBefore({ vectors: [await replicaWith(["a"]), await sibling()] });
  await begin(base);
  for (let n = 0; n < 4; n += 1) {
    const answer = await read(base, "c");
    expect([answer.status, await answer.json()]).toMatchObject([503, { error: { type: "unavailable" } }]);
  }
  expect((await read(base, "c")).status).toBe(503);
});
