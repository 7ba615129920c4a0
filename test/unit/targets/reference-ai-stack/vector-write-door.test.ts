// Documents are written, updated and deleted as a whole or not at all; what is found afterwards, also after a restart
// and after the index was made anew, is what the newest version says.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createRegistry } from "../../../../targets/reference-ai-stack/common/metrics.ts";
import { NO_TRACER } from "../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { passagesOf } from "../../../../targets/reference-ai-stack/ingestion/passages.ts";
import { BatchFailure, readBatch } from "../../../../targets/reference-ai-stack/ingestion/records.ts";
import { makeIndex } from "../../../../targets/reference-ai-stack/supervisor/restore/make-index.ts";
import { rebuildIndex } from "../../../../targets/reference-ai-stack/supervisor/restore/rebuild-index.ts";
import { MODEL_ID } from "../../../../targets/reference-ai-stack/embedder/cache.ts";
import { layVectors } from "../../../../targets/reference-ai-stack/vector/reembedding.ts";
import { createVectorApp } from "../../../../targets/reference-ai-stack/vector/app.ts";
import { filesIn, type IndexFiles } from "../../../../targets/reference-ai-stack/vector/layout.ts";
import { openReplica, type VectorReplica } from "../../../../targets/reference-ai-stack/vector/replica.ts";
import { buildIndexFolder } from "../../../../targets/reference-ai-stack/vector/snapshot.ts";
import { anyBodies } from "../../../support/any-bodies.ts";

const ROWS = 20;
const token = "a-token-of-the-test";
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let dir: string;
let snapshot: IndexFiles;
let files: IndexFiles;
let replica: VectorReplica;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "write-door-"));
  [snapshot, files] = [filesIn(join(dir, "snapshot")), filesIn(join(dir, "vector-1"))];
  const rows = Array.from({ length: ROWS }, (_, n) => ({
    id: `r${n}`,
    title: "",
    text: `text ${n}`,
    vector: vectorOf(n),
  }));
  await buildIndexFolder(snapshot, "corpus", rows);
  await buildIndexFolder(files, "corpus", rows);
  replica = await openReplica(files);
});
afterEach(async () => {
  replica.records.close();
  await rm(dir, { recursive: true, force: true });
});

function vectorOf(n: number): Float32Array {
  return Float32Array.from({ length: 512 }, (_, i) => Math.sin((n + 1) * (i + 1)));
}

function body(version: number, seeds: readonly number[], document = "doc") {
  return {
    version,
    source: "notes",
    batch: "b1",
    schema: 1,
    model: "m",
    tags: ["public"],
    passages: seeds.map((n, at) => ({
      id: at === 0 ? document : `${document}¶${at + 1}`,
      title: "t",
      text: `says ${n}`,
      vector: [...vectorOf(n)],
    })),
  };
}

const apps = new WeakMap<VectorReplica, ReturnType<typeof createVectorApp>>();
function appOf(of: VectorReplica): ReturnType<typeof createVectorApp> {
  const registry = createRegistry("vector", "vector-1");
  const writers = { test: token };
  const app =
    apps.get(of) ??
    createVectorApp({ replica: of, principals: {}, writers, recorders: null, registry, tracer: NO_TRACER, log });
  apps.set(of, app);
  return app;
}

async function put(sent: unknown, document = "doc", collection = "passages"): Promise<[number, unknown]> {
  const answer = await appOf(replica).request(`/collections/${collection}/documents/${encodeURIComponent(document)}`, {
    method: "PUT",
    body: typeof sent === "string" || sent instanceof Uint8Array ? (sent as string) : JSON.stringify(sent),
    headers: { authorization: `Bearer ${token}` },
  });
  const text = await answer.text();
  return [answer.status, (JSON.parse(text) as { outcome?: string }).outcome ?? text];
}

/** The id that a search with each vector finds first. */
const first = (...seeds: readonly number[]): Promise<(string | undefined)[]> =>
  Promise.all(seeds.map(async (n) => (await replica.search(vectorOf(n), 1))[0]?.id));

async function reopen(): Promise<void> {
  replica.records.close();
  replica = await openReplica(files);
}

it("finds the newest version of a document and none of what it said before, also after a restart and a restore", async () => {
  expect(await put(body(1, [30, 31, 32]))).toEqual([200, "stored"]);
  expect(await first(30, 31, 32)).toEqual(["doc", "doc¶2", "doc¶3"]);
  expect(await put(body(2, [40, 41]))).toEqual([200, "stored"]);
  const newest = async (): Promise<void> => {
    expect(await first(40, 41)).toEqual(["doc", "doc¶2"]);
    expect(await replica.findable("doc¶3")).toBeUndefined();
    expect((await replica.findable("doc"))?.text).toBe("says 40");
    // Nothing shows the old text, at whatever place.
    expect((await replica.search(vectorOf(32), 40)).map(({ id }) => id)).not.toContain("doc¶3");
    expect((await replica.selfRetrieval(200, 3)).share).toBe(1);
    expect(replica.rows()).toBe(ROWS + 2);
  };
  await newest();
  await reopen();
  await newest();
  await makeIndex(snapshot, files);
  await replica.reload();
  await newest();
});

it("updates and deletes a passage of the corpus, which the index file still holds as it was", async () => {
  expect(await put(body(1, [50], "r3"), "r3")).toEqual([200, "stored"]);
  expect(await put(body(1, [], "r4"), "r4")).toEqual([200, "stored"]);
  const changed = async (): Promise<void> => {
    expect(await first(50, 5)).toEqual(["r3", "r5"]);
    expect((await replica.search(vectorOf(4), ROWS)).map(({ id }) => id)).not.toContain("r4");
    expect(await replica.search(vectorOf(4), ROWS - 1)).toHaveLength(ROWS - 1);
    expect(replica.searchExact(vectorOf(4), ROWS).map(({ id }) => id)).not.toContain("r4");
    expect(await replica.selfRetrieval(ROWS, 9)).toMatchObject({ share: 1, checked: ROWS - 1 });
  };
  await changed();
  await reopen();
  await changed();
  await makeIndex(snapshot, files);
  await replica.reload();
  await changed();
  // The way back from exactly that version, and from no other.
  const back = { ...body(0, [3], "r3"), over: 1 };
  expect(await put({ ...back, over: 7 }, "r3")).toEqual([200, "stale"]);
  expect([await put(back, "r3"), await put(back, "r3")]).toEqual([
    [200, "stored"],
    [200, "known"],
  ]);
  expect((await first(3, 50))[0]).toBe("r3");
});

it("keeps the newer of two versions in whatever order they come, and takes one that comes twice once", async () => {
  expect(await put(body(5, [60]))).toEqual([200, "stored"]);
  expect(await put(body(4, [61, 62]))).toEqual([200, "stale"]);
  expect(await put(body(5, [60]))).toEqual([200, "known"]);
  expect((await put(body(5, [63])))[0]).toBe(409);
  expect(await put(body(6, []))).toEqual([200, "stored"]);
  expect(await put(body(5, [60]))).toEqual([200, "stale"]);
  expect(await replica.findable("doc")).toBeUndefined();
  expect(replica.records.count()).toBe(ROWS + 1);
});

it("refuses what cannot be a document, says why, and has written nothing of it", async () => {
  const good = body(1, [30, 31]);
  const spoilt = (passage: object): object => ({
    ...good,
    passages: [good.passages[0], { ...good.passages[1], ...passage }],
  });
  const huge = [...vectorOf(1)].map((one, n) => (n === 7 ? 1e39 : one));
  const cases: readonly (readonly [unknown, number, string])[] = [
    [spoilt({ vector: [1, 2] }), 400, "expected 512 numbers"],
    [spoilt({ vector: huge }), 400, "finite"],
    [spoilt({ vector: Array(512).fill(null) }), 400, "expected number"],
    [spoilt({ vector: Array(512).fill(0) }), 400, "a length between 1e-6 and 1e6"],
    [spoilt({ id: "doc" }), 400, "passage 1 has the id doc; expected doc¶2"],
    [spoilt({ text: "a".repeat(20_001) }), 400, "20000"],
    [spoilt({ text: "ends \u0000 here" }), 400, "no NUL"],
    [{ ...good, over: -1 }, 400, "over"],
    [`{"pad":"${"a".repeat(2_100_000)}"}`, 413, "longer"],
    ["{", 400, "no JSON"],
  ];
  for (const [sent, status, says] of cases) {
    const [found, text] = await put(sent);
    expect([found, text], says).toEqual([status, expect.stringContaining(says)]);
  }
  expect((await put(good, "doc", "others"))[0]).toBe(404);
  // A passage of another document is not taken over.
  expect((await put(body(1, [30, 31], "x"), "x"))[0]).toBe(200);
  expect(await put(body(1, [33], "x¶2"), "x¶2")).toEqual([400, expect.stringContaining("passages are named so")]);
  expect(await put(body(1, [34], "x"), "x")).toEqual([409, expect.stringContaining("version 1 of x has another text")]);
  expect(replica.records.count()).toBe(ROWS + 2);
  expect(replica.rows()).toBe(ROWS + 2);
});

it("takes at each door the vectors of which an index can be made anew, and no others", async () => {
  const scaled = (length: number) => vectorOf(40).map((one) => (length * one) / Math.hypot(...vectorOf(40)));
  const ofLength = (length: number) => {
    const whole = body(1, [40], `l${length}`);
    return { ...whole, passages: [{ ...whole.passages[0], vector: [...scaled(length)] }] };
  };
  for (const length of [1e-30, 9e-7, 2e6, 1e25]) {
    expect((await put(ofLength(length), `l${length}`))[0], `${length}`).toBe(400);
    const vector = scaled(length);
    const laid = await layVectors(files.records, [{ id: "r1", title: "", text: "text 1", vector }]);
    await expect(replica.reembed({ model: MODEL_ID, laid }), `${length}`).rejects.toThrow("nothing was taken");
  }
  for (const length of [2e-6, 1, 5e5]) expect(await put(ofLength(length), `l${length}`)).toEqual([200, "stored"]);
  expect(await rebuildIndex(files)).toMatchObject({ rows: ROWS + 3 });
});

it("answers 1,000 bodies that nobody meant with an error, and what it finds is as before", async () => {
  const example = body(1, [30]);
  let written = 0;
  for (const { body: sent } of anyBodies(1000, 15, example)) {
    const [status] = await put(sent);
    expect([200, 400, 409, 413]).toContain(status);
    if (status === 200) written += 1;
  }
  expect(written).toBeLessThan(300);
  expect(await first(3, 7)).toEqual(["r3", "r7"]);
  expect(replica.records.count()).toBeLessThanOrEqual(ROWS + 1);
});

it("gives a document with its own passages, whatever others are named, and none by the name of a passage", async () => {
  const get = async (document: string): Promise<[number, readonly string[] | undefined]> => {
    const path = `/collections/passages/documents/${encodeURIComponent(document)}`;
    const answer = await appOf(replica).request(path, { headers: { authorization: `Bearer ${token}` } });
    const { passages } = (await answer.json()) as { passages?: readonly { id: string }[] };
    return [answer.status, passages?.map(({ id }) => id)];
  };
  await put(body(1, [31, 32]), "doc");
  await put(body(1, [33], "doc#3"), "doc#3");
  await put(body(1, [34], "r1#2"), "r1#2");
  expect(await get("doc")).toEqual([200, ["doc", "doc¶2"]]);
  expect(await get("doc#3")).toEqual([200, ["doc#3"]]);
  expect(await get("r1")).toEqual([200, ["r1"]]);
  expect(await get("doc#2")).toEqual([404, undefined]);
});

it("gives a document as an earlier build named its passages, says whose a name is, and frees it with the document", async () => {
  const { passages, ...rest } = body(1, [31, 32], "pre");
  const earlier = passages.map((one, n) => ({ ...one, id: n === 0 ? "pre" : "pre#2", vector: vectorOf(31 + n) }));
  expect(replica.write({ document: "pre", ...rest, passages: earlier })).toBe("stored");
  const path = "/collections/passages/documents/pre";
  const answer = await appOf(replica).request(path, { headers: { authorization: `Bearer ${token}` } });
  expect(((await answer.json()) as { passages: readonly object[] }).passages).toMatchObject([
    { id: "pre" },
    { id: "pre#2" },
  ]);
  const other = () => put(body(2, [33], "pre#2"), "pre#2");
  expect(await other()).toEqual([409, expect.stringContaining("pre#2 is a passage of pre, of the source notes")]);
  // Whoever deletes a document of that name deletes none of the other's passages.
  expect((await put(body(1, [], "pre#2"), "pre#2"))[0]).toBe(200);
  expect((await replica.findable("pre#2"))?.text).toBe("says 32");
  expect((await put(body(3, [], "pre"), "pre"))[0]).toBe(200);
  expect(await other()).toEqual([200, "stored"]);
  expect((await replica.findable("pre#2"))?.text).toBe("says 33");
});

it("takes the longest document that the ingestion lets through", async () => {
  const text = Array.from({ length: 64 }, () => "漢\u0001\u0001".repeat(500)).join("\n\n");
  const record = { schema: 1, id: "long", title: "\u0001".repeat(500), text, version: 1, tags: ["public"] };
  const [line] = readBatch(Buffer.from(JSON.stringify(record)), [], {});
  if (line === undefined || line instanceof BatchFailure) throw new Error("it is no record");
  const passages = passagesOf(line.record).map((passage, n) => ({ ...passage, vector: [...vectorOf(n)] }));
  const sent = JSON.stringify({ ...body(1, []), passages });
  expect(sent.length).toBeGreaterThan(1024 * 1024);
  expect(await put(`${" ".repeat(1_100_000)}${sent}`, "long")).toEqual([413, expect.stringContaining("longer than")]);
  expect(await put(sent, "long")).toEqual([200, "stored"]);
});
