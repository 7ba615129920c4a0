// A usearch file of the first rows of another one, opened by the engine itself.
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Index, MetricKind, ScalarKind } from "usearch";
import { firstRows } from "../../../../src/faults/parts/usearch-first-rows.ts";

const [rows, dimensions] = [400, 16];
const lying = { offset: 8, rowBytes: dimensions * 4, rows };
let dir: string;
let whole: Buffer;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "usearch-first-rows-"));
  const index = new Index({
    dimensions,
    metric: MetricKind.Cos,
    quantization: ScalarKind.F32,
    connectivity: 8,
    expansion_add: 64,
    expansion_search: 64,
    multi: false,
  });
  for (let row = 0; row < rows; row += 1) {
    index.add(
      BigInt(row),
      Float32Array.from({ length: dimensions }, (_, i) => Math.sin((row + 1) * (i + 1) * 1.7)),
      1,
    );
  }
  index.save(join(dir, "whole"));
  whole = await readFile(join(dir, "whole"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** What the engine says of it, in a process of its own: what the library does not bear ends that. */
async function opened(bytes: Uint8Array): Promise<{ size: number; found: number; hits: number }> {
  const file = join(dir, `of-${bytes.length}`);
  await writeFile(file, bytes);
  const script = `
    import { Index } from ${JSON.stringify(import.meta.resolve("usearch"))};
    const index = new Index({ dimensions: ${dimensions}, metric: "cos", quantization: "f32", connectivity: 8, expansion_add: 64, expansion_search: 64, multi: false });
    index.view(${JSON.stringify(file)});
    let [found, hits] = [0, 0];
    for (let row = 0; row < ${rows}; row += 1) {
      const vector = Float32Array.from({ length: ${dimensions} }, (_, i) => Math.sin((row + 1) * (i + 1) * 1.7));
      const { keys } = index.search(vector, Math.min(4, index.size()), 1);
      if (Number(keys[0]) === row) found += 1;
      hits = Math.max(hits, new Set(keys).size);
    }
    console.log(JSON.stringify({ size: index.size(), found, hits }));`;
  const asModule = ["--input-type=module", "-e", script];
  return JSON.parse(execFileSync(process.execPath, asModule, { encoding: "utf8", timeout: 60_000 })) as never;
}

test.each([1, 2, 33, 64])("an engine opens a file of the first %d rows, and finds exactly these", async (keep) => {
  expect(await opened(firstRows(whole, lying, keep))).toEqual({ size: keep, found: keep, hits: Math.min(4, keep) });
});

test("makes the same file of the same one, and leaves the old bytes alone", () => {
  const before = Uint8Array.from(whole);
  expect(firstRows(whole, lying, 5)).toEqual(firstRows(whole, lying, 5));
  expect(Buffer.compare(whole, before)).toBe(0);
});

test("refuses a file whose counts are not those of the rows, and one that has no graph", () => {
  expect(() => firstRows(whole, { ...lying, rows: rows - 1 }, 2)).toThrow("is no graph of usearch");
  expect(() => firstRows(whole.subarray(0, 8 + rows * lying.rowBytes), lying, 2)).toThrow("is no graph of usearch");
  expect(() => firstRows(whole.subarray(4), { ...lying, offset: 4 }, 2)).toThrow("is no graph of usearch");
});
