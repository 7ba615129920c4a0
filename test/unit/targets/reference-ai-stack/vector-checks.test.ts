// What a replica finds out about its own index: with vectors held outside it, and with those that it gives back.
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { filesIn, PAYLOAD_OFFSET, ROW_BYTES } from "../../../../targets/reference-ai-stack/vector/layout.ts";
import { openReplica, type VectorReplica } from "../../../../targets/reference-ai-stack/vector/replica.ts";
import { openDigests } from "../../../../targets/reference-ai-stack/vector/digest.ts";
import { openChecks } from "../../../../targets/reference-ai-stack/vector/checks.ts";
import { sampledRows } from "../../../../targets/reference-ai-stack/vector/sampling.ts";
import { buildIndexFolder } from "../../../../targets/reference-ai-stack/vector/snapshot.ts";

const ROWS = 40;
let dir: string;
let replica: VectorReplica;

function record(row: number) {
  const vector = Float32Array.from({ length: 512 }, (_, i) => Math.sin((row + 1) * (i + 1)));
  return { id: `r${row}`, title: "", text: "", vector };
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "vector-checks-"));
  const files = filesIn(join(dir, "vector-1"));
  await buildIndexFolder(
    files,
    "corpus",
    Array.from({ length: ROWS }, (_, row) => record(row)),
  );
  replica = await openReplica(files);
});
afterEach(async () => {
  replica.records.close();
  await rm(dir, { recursive: true, force: true });
});

async function write(rows: ReadonlyMap<number, Float32Array>): Promise<void> {
  const file = await open(join(dir, "vector-1", "index.usearch"), "r+");
  for (const [row, vector] of rows) {
    await file.write(new Uint8Array(vector.buffer), 0, ROW_BYTES, PAYLOAD_OFFSET + row * ROW_BYTES);
  }
  await file.close();
}

it("finds all of itself both ways while it is whole, and in answers of the usual shape", async () => {
  expect(await replica.selfRetrieval(ROWS, undefined)).toEqual({
    share: 1,
    checked: ROWS,
    missed: [],
    internal: { share: 1, checked: ROWS / 4 },
    differing: [],
    shape: { answers: ROWS, short: 0, unknown: 0, repeated: 0, alike: 1, misnamed: 0 },
  });
});

it("finds rows that became other valid ones by the vectors that it gives back, and not by those held outside", async () => {
  // Every row holds what the next one held: all vectors are there, each under another name.
  await write(new Map(Array.from({ length: ROWS }, (_, row) => [row, record((row + 1) % ROWS).vector])));
  const view = await replica.selfRetrieval(ROWS, undefined);
  expect(view.internal.share).toBeGreaterThan(0.9);
  expect(view.share).toBe(0);
  expect(view.differing).toHaveLength(ROWS);
});

it("asks no question twice: by the vector that it gives back only where that is another one", async () => {
  const { records } = replica;
  const own = (row: number): Float32Array => records.vectorOf(row);
  const asked: Float32Array[] = [];
  const search = async (vector: Float32Array) => {
    asked.push(vector);
    return [{ row: 0, score: 1 }];
  };
  await openChecks({ records, search, vectorOf: async (row) => own(row) }).run(ROWS, undefined);
  expect(asked).toHaveLength(ROWS);
  asked.length = 0;
  const other = new Float32Array(512).fill(1);
  await openChecks({ records, search, vectorOf: async () => other }).run(ROWS, undefined);
  expect(asked).toHaveLength(ROWS + ROWS / 4);
  expect(asked.filter((vector) => vector === other)).toHaveLength(ROWS / 4);
});

it("looks at rows of its tail too, and gives their vectors back", async () => {
  replica.add(record(ROWS));
  expect(await replica.vectorOf(ROWS)).toEqual(record(ROWS).vector);
  expect(await replica.vectorOf(ROWS + 1)).toBeUndefined();
  expect(await replica.selfRetrieval(8, undefined)).toMatchObject({ share: 1, differing: [] });
});

it("has the newest rows among those that it checks in each look, and all others in turn", async () => {
  const asked: number[] = [];
  const { records } = replica;
  const checks = openChecks({ records, search: async () => [], vectorOf: async (row) => void asked.push(row) });
  for (let look = 0; look < 6; look += 1) await checks.run(8, undefined);
  expect(asked.filter((_, at) => at % 8 === 0)).toEqual([39, 38, 37, 36, 35, 34]);
  expect(new Set(asked).size).toBe(ROWS);
});

it("counts answers that are short, that name nobody or somebody twice, and that are all one", async () => {
  const { records, vectorOf } = replica;
  const answers = [[], [1, 2, 99, 3], [1, 1, 2, 3], [4, 5, 6, 7], [4, 5, 6, 7], [4, 5, 6, 7]];
  let next = 0;
  const search = async () => (answers[next++ % 6] ?? []).map((row) => ({ row, score: 0.5 }));
  const whole = { answers: 6, short: 1, unknown: 1, repeated: 1, alike: 3, misnamed: 0 };
  expect((await openChecks({ records, search, vectorOf }).run(6, 1)).shape).toEqual(whole);
});

it("samples none of the rows that are gone, and as many as were asked for of those that are left", () => {
  const gone = new Set(Array.from({ length: 1000 }, (_, row) => row).filter((row) => row % 10 !== 0 || row > 900));
  const rows = sampledRows(1000, 50, 3, gone);
  expect(new Set(rows).size).toBe(50);
  expect(rows.some((row) => gone.has(row))).toBe(false);
});

it("samples different rows, a fifth of them of the newest", () => {
  const rows = sampledRows(1000, 50, 3, new Set());
  expect(new Set(rows).size).toBe(50);
  expect(rows.filter((row) => row >= 936).length).toBeGreaterThanOrEqual(10);
  expect(sampledRows(1000, 50, 3, new Set())).toEqual(rows);
  expect(new Set(sampledRows(4, 50, 3, new Set()))).toEqual(new Set([0, 1, 2, 3]));
});

const digestsOf = async (of: VectorReplica) => openDigests({ records: of.records, vectorOf: of.vectorOf }).look();

it("has one digest of its records and its index, also of rows that were written since, and of those that came back", async () => {
  const before = await digestsOf(replica);
  const digest = expect.stringMatching(/^[0-9a-f]{16}$/);
  expect(before).toEqual({ records: digest, index: before.records, documents: digest, look: 1 });
  replica.add(record(ROWS));
  const after = await digestsOf(replica);
  expect(after.index).toBe(after.records);
  expect(after.records).not.toBe(before.records);
});

it("has another digest of an index in which two rows of all changed places, and the same of its records", async () => {
  const whole = await digestsOf(replica);
  await write(
    new Map([
      [3, record(7).vector],
      [7, record(3).vector],
    ]),
  );
  const now = await digestsOf(replica);
  expect(now.records).toBe(whole.records);
  expect(now.index).not.toBe(now.records);
});

it("has the same digest whatever the order of the rows, and of vectors that an engine has made as long as 1", async () => {
  const { records } = replica;
  const there = (row: number) => ROWS - 1 - row;
  const turned = {
    count: records.count,
    removed: new Set<number>(),
    idOf: (row: number) => records.idOf(there(row)),
    vectorOf: (row: number) => records.vectorOf(there(row)),
    textOf: records.textOf,
    lineageOf: (row: number) => records.lineageOf(there(row)),
  };
  const asLongAsOne = async (row: number) => {
    const vector = records.vectorOf(there(row));
    return vector.map((component) => component / Math.hypot(...vector));
  };
  expect(await openDigests({ records: turned, vectorOf: asLongAsOne }).look()).toEqual(await digestsOf(replica));
});

it("reads the index again once it has rested, or at once where the index is another one", async () => {
  let [read, clock] = [0, 0];
  const counted = async (row: number) => {
    read += 1;
    return replica.vectorOf(row);
  };
  const digests = openDigests({ records: replica.records, vectorOf: counted, now: () => clock });
  await Promise.all([digests.look(), digests.look()]);
  await digests.look();
  expect(read).toBe(ROWS);
  digests.forget();
  await digests.look();
  expect(read).toBe(2 * ROWS);
  clock += 1000;
  await digests.look();
  expect(read).toBe(3 * ROWS);
});

it("takes a row that is written while it is read for what it is now", async () => {
  const written = record(ROWS + 9).vector;
  const now = Array.from({ length: ROWS }, (_, row) => record(row).vector);
  const digests = openDigests({
    records: {
      count: () => ROWS,
      removed: new Set(),
      idOf: (row) => `r${row}`,
      vectorOf: (row) => now[row] ?? written,
      textOf: () => undefined,
      lineageOf: () => undefined,
    },
    async vectorOf(row) {
      if (row === 5) now[5] = written;
      return now[row];
    },
  });
  const { records, index } = await digests.look();
  expect(index).toBe(records);
});

it("has another digest of records that say something else, of the same documents; of a newer version both are others", async () => {
  const whole = await digestsOf(replica);
  const told = async (text: string) => {
    const { records, vectorOf } = replica;
    const textOf = (id: string) => ({ id, title: "", text: id === "r3" ? text : (records.textOf(id)?.text ?? "") });
    return openDigests({ records: { ...records, textOf }, vectorOf }).look();
  };
  expect(await told(replica.records.textOf("r3")?.text ?? "")).toEqual(whole);
  const other = await told("something else");
  expect([other.documents, other.index === other.records]).toEqual([whole.documents, true]);
  expect(other.records).not.toBe(whole.records);
  const lineage = { source: "s", batch: "b", schema: 1, model: "m", tags: [] };
  replica.write({ document: "r3", version: 2, ...lineage, passages: [{ ...record(3), id: "r3" }] });
  const newer = await digestsOf(replica);
  expect(newer.documents).not.toBe(whole.documents);
});

it("says of rows that it has looked at before what one says that looks at them for the first time", async () => {
  let clock = 0;
  const { records, vectorOf } = replica;
  const digests = openDigests({ records, vectorOf, now: () => (clock += 60_000) });
  const agree = async (): Promise<string> => {
    const first = openDigests({ records, vectorOf });
    const [known, anew] = [await digests.look(), await first.look()];
    expect({ ...known, look: 1 }).toEqual(anew);
    const { centroid = 0, oddLengths } = first.figures() ?? {};
    expect(digests.figures()).toEqual({ centroid: expect.closeTo(centroid, 9), oddLengths });
    return known.index;
  };
  const whole = await agree();
  expect(await agree()).toBe(whole);
  await write(new Map([[3, record(7).vector]]));
  const damaged = await agree();
  expect(damaged).not.toBe(whole);
  await write(new Map([[3, record(3).vector]]));
  expect(await agree()).toBe(whole);
  replica.add(record(ROWS));
  const more = await agree();
  expect(more).not.toBe(whole);
  const lineage = { source: "s", batch: "b", schema: 1, model: "m", tags: [] };
  replica.write({ document: "r3", version: 2, ...lineage, passages: [{ ...record(ROWS + 9), id: "r3" }] });
  const rewritten = await agree();
  expect(rewritten).not.toBe(more);
  replica.write({ document: "r3", version: 3, ...lineage, passages: [] });
  expect(await agree()).not.toBe(rewritten);
});

it("says both digests of itself where it says its file's hash", async () => {
  const { digests } = await replica.manifest(true);
  expect(digests?.index).toBe(digests?.records);
  expect(await replica.manifest(false)).not.toHaveProperty("digests");
});

it("says where the middle of its vectors lies and how many are of an odd length, against those of its records", async () => {
  const figures = async () => (await replica.manifest(true)).vectors;
  expect(await figures()).toEqual({ centroid: expect.closeTo(1, 9), oddLengths: 0 });
  // Rows that change places have the same middle; rows that are turned have another, and rows of zeros no length.
  await write(new Map(Array.from({ length: ROWS }, (_, row) => [row, record((row + 1) % ROWS).vector])));
  await replica.reload();
  expect((await figures())?.centroid).toBeCloseTo(1, 6);
  await write(new Map(Array.from({ length: ROWS }, (_, row) => [row, record(row).vector.toReversed()])));
  await replica.reload();
  expect(await figures()).toMatchObject({ oddLengths: 0 });
  expect((await figures())?.centroid).toBeLessThan(0.9);
  await write(new Map([[3, new Float32Array(512)]]));
  await replica.reload();
  expect((await figures())?.oddLengths).toBeCloseTo(1 / ROWS);
});
