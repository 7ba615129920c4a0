// A usearch file by the inner product, opened by the engine itself, which is asked for cosine.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Index, MetricKind, ScalarKind } from "usearch";
import { byInnerProduct } from "../../../../src/faults/parts/usearch-metric.ts";

const [rows, dimensions] = [400, 16];
const lying = { offset: 8, rowBytes: dimensions * 4, rows };
let dir: string;
let whole: Buffer;

const empty = (metric: MetricKind = MetricKind.Cos) =>
  new Index({
    dimensions,
    metric,
    quantization: ScalarKind.F32,
    connectivity: 8,
    expansion_add: 64,
    expansion_search: 64,
    multi: false,
  });
const vectorOf = (row: number) =>
  Float32Array.from({ length: dimensions }, (_, i) => Math.sin((row + 1) * (i + 1) * 1.7));

async function fileBy(metric: MetricKind): Promise<Buffer> {
  const index = empty(metric);
  for (let row = 0; row < rows; row += 1) index.add(BigInt(row), vectorOf(row), 1);
  index.save(join(dir, metric));
  return readFile(join(dir, metric));
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "usearch-metric-"));
  whole = await fileBy(MetricKind.Cos);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Share of rows that find themselves. */
async function found(bytes: Uint8Array): Promise<number> {
  await writeFile(join(dir, "made"), bytes);
  const index = empty();
  index.view(join(dir, "made"));
  expect(index.size()).toBe(rows);
  const all = Array.from({ length: rows }, (_, row) => index.search(vectorOf(row), 1, 1).keys[0] === BigInt(row));
  return all.filter(Boolean).length / rows;
}

test("an engine that opens it for cosine ranks by length and nearness, and hardly a row finds itself", async () => {
  expect(await found(whole)).toBe(1);
  expect(await found(byInnerProduct(whole, lying, { times: 8, seed: 1 }))).toBeLessThan(0.3);
});

test("lengths alone do no harm: with the metric put back each row finds itself", async () => {
  const made = Buffer.from(byInnerProduct(whole, lying, { times: 8, seed: 1 }));
  made.write("c", lying.offset + rows * lying.rowBytes + 13, "latin1");
  expect(await found(made)).toBe(1);
});

test("makes the same file of the same one and seed, and leaves the old bytes alone", () => {
  const before = Uint8Array.from(whole);
  const of = { times: 2, seed: 7 };
  expect(Buffer.compare(byInnerProduct(whole, lying, of), byInnerProduct(whole, lying, of))).toBe(0);
  expect(Buffer.compare(byInnerProduct(whole, lying, of), byInnerProduct(whole, lying, { ...of, seed: 8 }))).not.toBe(
    0,
  );
  expect(Buffer.compare(whole, before)).toBe(0);
});

test("refuses an index that is for another metric, and a file that has no graph", async () => {
  const of = { times: 2, seed: 7 };
  const other = await fileBy(MetricKind.L2sq);
  expect(() => byInnerProduct(other, lying, of)).toThrow("the index is not built for cosine");
  expect(() => byInnerProduct(whole.subarray(0, 8 + rows * lying.rowBytes), lying, of)).toThrow("no graph of usearch");
});
