// What a replica finds out about its own index: with vectors held outside it, and with those that it gives back.
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { filesIn, PAYLOAD_OFFSET, ROW_BYTES } from "../../../../targets/reference-ai-stack/vector/layout.ts";
import { openReplica, type VectorReplica } from "../../../../targets/reference-ai-stack/vector/replica.ts";
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
    shape: { answers: ROWS, short: 0, unknown: 0, repeated: 0, alike: 1 },
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
  const search = async () => (answers[next++ % 6] ?? []).map((row) => ({ row, score: 1 }));
  const whole = { answers: 6, short: 1, unknown: 1, repeated: 1, alike: 3 };
  expect((await openChecks({ records, search, vectorOf }).run(6, 1)).shape).toEqual(whole);
});

it("samples different rows, a fifth of them of the newest", () => {
  const rows = sampledRows(1000, 50, 3);
  expect(new Set(rows).size).toBe(50);
  expect(rows.filter((row) => row >= 936).length).toBeGreaterThanOrEqual(10);
  expect(sampledRows(1000, 50, 3)).toEqual(rows);
  expect(new Set(sampledRows(4, 50, 3))).toEqual(new Set([0, 1, 2, 3]));
});
