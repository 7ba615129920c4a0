// A vector replica on each engine, under bodies that nobody meant and under those that are wrong in one way: a clear
// error, nothing half-written, and what it finds afterwards is as before, also after a restart.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hono } from "hono";
import { Registry } from "prom-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NO_TRACER } from "../../targets/reference-ai-stack/common/telemetry/span.ts";
import type { TracedEnv } from "../../targets/reference-ai-stack/common/telemetry/traced.ts";
import { createVectorApp } from "../../targets/reference-ai-stack/vector/app.ts";
import { VECTOR_ENGINES } from "../../targets/reference-ai-stack/vector/engines/names.ts";
import { engines } from "../../targets/reference-ai-stack/vector/engines/table.ts";
import { filesIn, type IndexFiles } from "../../targets/reference-ai-stack/vector/layout.ts";
import { openReplica, type VectorReplica } from "../../targets/reference-ai-stack/vector/replica.ts";
import { buildIndexFolder } from "../../targets/reference-ai-stack/vector/snapshot.ts";
import { anyBodies } from "../support/any-bodies.ts";
import { isInstalled } from "../support/vector-engines.ts";

const ROWS = 40;
const token = "a-token-of-the-test";
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const vectorOf = (n: number): readonly number[] =>
  Array.from({ length: 512 }, (_, i) => Math.fround(Math.sin((n + 1) * (i + 1))));
/** `vectorOf(1)` with one part that JSON can say and a 32-bit float cannot. */
const beyond = vectorOf(1).with(7, 1e300);
const passage = (id: string) => ({ id, title: "", text: "says so", vector: vectorOf(77) });
const write = (document: string, more: object = {}) => ({
  version: 1,
  source: "notes",
  batch: "b",
  schema: 1,
  model: "m",
  tags: ["public"],
  passages: [passage(document)],
  ...more,
});

const SEARCH = { vectors: [vectorOf(3)], k: 3, include: ["text"] };
const DOCUMENT = "/collections/passages/documents/doc";
/** How many bodies each door gets; what is written goes to the disk, which takes its time. */
const DOORS = [
  ["POST", "/search", SEARCH, 1000],
  ["POST", "/search/exact", SEARCH, 1000],
  ["POST", "/records", passage("new"), 250],
  ["PUT", DOCUMENT, write("doc"), 250],
] as const;

/** What is wrong, where it is sent, and what the answer says. */
const WRONG: readonly (readonly [string, string, string, unknown, number, string])[] = [
  ["a search of another dimension", "POST", "/search", { vectors: [[1, 2]] }, 400, "expected 512 numbers"],
  ["a search beyond 32-bit floats", "POST", "/search", { vectors: [beyond] }, 400, "finite as 32-bit floats"],
  ["a search for NaN", "POST", "/search", '{"vectors":[[NaN]]}', 400, "expected"],
  ["a body that is too long", "POST", "/search", " ".repeat(5_000_000), 413, "longer than 4 MiB"],
  ["a record of another dimension", "POST", "/records", { ...passage("a"), vector: [1] }, 400, "expected 512 numbers"],
  ["a record beyond 32-bit floats", "POST", "/records", { ...passage("a"), vector: beyond }, 400, "finite"],
  ["a name that a NUL would cut", "POST", "/records", passage("r1\0more"), 400, "control characters"],
  ["a name with half a character", "POST", "/records", passage("r1\ud83d"), 400, "control characters"],
  ["a text that a NUL would cut", "POST", "/records", { ...passage("a"), text: "a\0b" }, 400, "no NUL"],
  ["a text beyond the limit", "POST", "/records", { ...passage("a"), text: "a".repeat(20_001) }, 400, "20000"],
  [
    "an id that is another record's",
    "POST",
    "/records",
    { ...passage("r1"), text: "says no" },
    409,
    "is another record",
  ],
  [
    "a record with a field that nobody knows",
    "POST",
    "/records",
    { ...passage("a"), collection: "c" },
    400,
    "collection",
  ],
  [
    "a record that is no UTF-8",
    "POST",
    "/records",
    Buffer.from(JSON.stringify({ ...passage("a"), text: "caf\xe9\xff" }), "latin1"),
    400,
    "no JSON in UTF-8",
  ],
  ["one passage twice", "PUT", DOCUMENT, write("doc", { passages: [passage("doc"), passage("doc")] }), 400, "doc¶2"],
  ["an unknown collection", "PUT", "/collections/others/documents/doc", write("doc"), 404, "there is passages"],
];

describe.each(VECTOR_ENGINES.filter(isInstalled))("%s", (name) => {
  let dir: string;
  let files: IndexFiles;
  let replica: VectorReplica;
  let app: Hono<TracedEnv>;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "vector-bodies-"));
    files = filesIn(dir, name);
    const records = Array.from({ length: ROWS }, (_, n) => ({
      ...passage(`r${n}`),
      vector: Float32Array.from(vectorOf(n)),
    }));
    const engine = await engines[name].load();
    await buildIndexFolder(files, "corpus", records, engine);
    await start();
  });
  afterAll(async () => {
    await replica.close();
    await rm(dir, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    replica = await openReplica(files, await engines[name].load());
    const parts = { registry: new Registry(), tracer: NO_TRACER, log: quiet };
    app = createVectorApp({
      replica,
      principals: { it: token },
      writers: { it: token },
      recorders: { it: token },
      ...parts,
    });
  }

  async function answer(method: string, path: string, body: unknown): Promise<readonly [number, string]> {
    const sent = typeof body === "string" || body instanceof Uint8Array ? (body as string) : JSON.stringify(body);
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const got = await app.request(path, { method, body: sent, headers });
    return [got.status, await got.text()];
  }

  /** What it holds, and whether all of it is found. */
  async function held(): Promise<object> {
    const { records, removed, rows, digests: said } = await replica.manifest(true);
    // How often it looked is no matter of what it holds.
    const { look: _look, ...digests } = said ?? expect.fail("no digests");
    const { share, differing } = await replica.selfRetrieval(records, 1);
    return { records, removed, rows, digests, share, differing };
  }

  /** What was acknowledged is on the disk as it came: a restart changes nothing. */
  async function isSameAnew(): Promise<void> {
    const before = await held();
    expect(before).toMatchObject({ records: replica.rows(), differing: [] });
    await replica.close();
    await start();
    expect(await held()).toEqual(before);
  }

  it.each(WRONG)("%s is answered with what is wrong, and changes nothing", async (_what, ...asked) => {
    const [method, path, body, status, says] = asked;
    const before = await held();
    expect(await answer(method, path, body)).toEqual([status, expect.stringContaining(says)]);
    expect(await held()).toEqual(before);
  });

  it("answers bodies that nobody meant with no error of its own, and holds whole what it took", async () => {
    for (const [method, path, example, count] of DOORS) {
      const seen = new Map<number, number>();
      for (const { body } of anyBodies(count, 21, example)) {
        const [status, text] = await answer(method, path, body);
        seen.set(status, (seen.get(status) ?? 0) + 1);
        expect([200, 201, 400, 409, 413], `${path}: ${text.slice(0, 200)}`).toContain(status);
      }
      expect((seen.get(400) ?? 0) + (seen.get(413) ?? 0), path).toBeGreaterThan(count / 2);
    }
    await isSameAnew();
  });
});
