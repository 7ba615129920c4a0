// An index of very many rows is put together of a graph of half vectors and the whole vectors: it has to be a file as
// the library writes it, and to find what that one finds.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { seededRandom } from "../../../../src/core/random.ts";
import { extendIndex, openIndex, writeIndex } from "../../../../targets/reference-ai-stack/vector/index-file.ts";
import { PAYLOAD_OFFSET, ROW_BYTES } from "../../../../targets/reference-ai-stack/vector/layout.ts";

const ROWS = 400;
const random = seededRandom(1, "vectors of a large index");
const vectors = Array.from({ length: ROWS + 1 }, () => Float32Array.from({ length: 512 }, () => random.next() - 0.5));
const built = vectors.slice(0, ROWS);
let dir: string;

beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), "large-index-"))));
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Written as one of many rows, and as the library writes it. */
async function both(): Promise<readonly [string, string]> {
  const files = [join(dir, "large"), join(dir, "small")] as const;
  writeIndex(built, files[0], { many: 1, threads: 4 });
  writeIndex(built, files[1]);
  return files;
}

it("writes the vectors and the header that the library writes", async () => {
  const [large, small] = await Promise.all((await both()).map((file) => readFile(file)));
  const graphAt = PAYLOAD_OFFSET + ROWS * ROW_BYTES + 64;
  expect(large?.subarray(0, graphAt).equals(small?.subarray(0, graphAt) ?? Buffer.alloc(0))).toBe(true);
});

it("finds every row by its own vector, with the score of the whole vector, and gives that vector back", async () => {
  for (const file of await both()) {
    const index = await openIndex(file);
    expect(index.rows).toBe(ROWS);
    const firsts = built.map((vector) => index.search(vector, 1)[0]);
    const backs = built.map((_, row) => index.vectorOf(row));
    index.close();
    expect(firsts.map((first) => first?.row)).toEqual(built.map((_, row) => row));
    expect(Math.max(...firsts.map((first) => Math.abs(1 - (first?.score ?? 0))))).toBeLessThan(1e-5);
    expect(backs.every((back, row) => back?.every((part, i) => part === built[row]?.[i]))).toBe(true);
  }
});

it("finds the same neighbours as an index of the library, nearly all of them", async () => {
  const [large, small] = await Promise.all((await both()).map((file) => openIndex(file)));
  const hits = built.flatMap((vector) => {
    const expected = small?.search(vector, 10).map(({ row }) => row) ?? [];
    return (large?.search(vector, 10) ?? []).map(({ row }) => expected.includes(row));
  });
  expect(hits.length).toBe(10 * ROWS);
  expect(hits.filter(Boolean).length).toBeGreaterThanOrEqual(0.99 * hits.length);
});

it("names every row where it lies, whatever the order in which threads came to it, and leaves no draft behind", async () => {
  const [large] = await both();
  const file = await readFile(large);
  const graph = file.subarray(PAYLOAD_OFFSET + ROWS * ROW_BYTES + 64);
  const [links, below] = [Number(graph.readBigUInt64LE(8)), Number(graph.readBigUInt64LE(16))];
  const labels: number[] = [];
  for (let at = 40 + 2 * ROWS; at < graph.length;) {
    labels.push(Number(graph.readBigUInt64LE(at)));
    expect(graph.readInt16LE(at + 8)).toBe(graph.readInt16LE(40 + 2 * (labels.length - 1)));
    at += 10 + 4 + 4 * below + graph.readInt16LE(at + 8) * (4 + 4 * links);
  }
  expect(labels).toEqual(built.map((_, row) => row));
  await expect(readFile(`${large}.half`)).rejects.toThrow(/ENOENT/);
});

it("can be extended by a row as any other index", async () => {
  const [large] = await both();
  const added = vectors[ROWS] ?? new Float32Array();
  extendIndex(large, new Map([[ROWS, added]]), join(dir, "extended"));
  const index = await openIndex(join(dir, "extended"));
  expect(index.search(added, 1)[0]?.row).toBe(ROWS);
  expect(index.search(built[7] ?? added, 1)[0]?.row).toBe(7);
  index.close();
});
