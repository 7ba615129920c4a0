// An index of very many rows is put together of a graph of half vectors and the whole vectors: it has to be a file as
// the library writes it, and to find what that one finds.
import { readFileSync, rmSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ScalarKind } from "usearch";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { seededRandom } from "../../../../src/core/random.ts";
import {
  emptyIndex,
  extendIndex,
  openIndex,
  writeIndex,
} from "../../../../targets/reference-ai-stack/vector/index-file.ts";
import { behindVectors, lostIn } from "../../../../targets/reference-ai-stack/vector/large-index.ts";
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

describe("a file of the library that is not laid out as it should be", () => {
  /** Behind the head of 64 bytes. */
  const GRAPH = 64;
  /** The first node's links on the lowest level: behind five numbers, the levels, its label and its level. */
  const LINKS = GRAPH + 40 + 2 * ROWS + 10;
  let draft: Buffer;
  beforeAll(() => {
    const half = emptyIndex(ScalarKind.BF16);
    const file = join(tmpdir(), `large-index-draft-${process.pid}`);
    built.forEach((vector, row) => half.add(BigInt(row), vector, 1));
    half.save(file);
    draft = readFileSync(file);
    rmSync(file);
  });

  it.each<readonly [string, (behind: Buffer) => Buffer | void, RegExp]>([
    ["another name", (behind) => void behind.write("usearcH"), /no head of usearch behind 400 rows/],
    ["another format", (behind) => void (behind[7] = 3), /the format 3; expected 2/],
    ["numbers of another kind", (behind) => void (behind[14] = 11), /numbers of kind 11; expected 4/],
    ["labels of another kind", (behind) => void (behind[15] = 15), /labels of kind 15; expected 14/],
    ["links of another kind", (behind) => void (behind[16] = 14), /links of kind 14; expected 15/],
    ["fewer nodes than rows", (behind) => void behind.writeBigUInt64LE(399n, GRAPH), /it has 399 nodes; expected 400/],
    [
      "a first node that is none",
      (behind) => void behind.writeBigUInt64LE(400n, GRAPH + 32),
      /leads to node 400 of 400/,
    ],
    [
      "a label twice",
      (behind) => void behind.writeBigUInt64LE(1n, LINKS - 10),
      /the label 1: not one of 400, or twice/,
    ],
    ["a label of no row", (behind) => void behind.writeBigUInt64LE(400n, LINKS - 10), /the label 400: not one of 400/],
    ["a level below none", (behind) => void behind.writeInt16LE(-1, LINKS - 2), /node 0 has the level -1/],
    [
      "more links than there is room",
      (behind) => void behind.writeUInt32LE(1000, LINKS),
      /has 1000 links; expected at/,
    ],
    ["a link to no node", (behind) => void behind.writeUInt32LE(400, LINKS + 4), /a link leads to node 400 of 400/],
    [
      "bytes behind its last node",
      (behind) => Buffer.concat([behind, Buffer.alloc(4)]),
      /its nodes end at \d+; expected/,
    ],
    ["a part of it alone", (behind) => behind.subarray(0, behind.length - 4), /its nodes end at|out of range|bounds/],
  ])("is refused: %s", async (_what, harm, says) => {
    const file = join(dir, "draft");
    const at = PAYLOAD_OFFSET + (ROWS * ROW_BYTES) / 2;
    const behind = Buffer.from(draft.subarray(at));
    await writeFile(file, Buffer.concat([draft.subarray(0, at), harm(behind) ?? behind]));
    expect(() => behindVectors(file, ROWS)).toThrow(says);
  });
});

describe("rows that nobody links", () => {
  /** Takes every link to the row out of the graph of a draft, on all levels. */
  function unlink(graph: Buffer, row: number): void {
    const [links, below] = [Number(graph.readBigUInt64LE(8)), Number(graph.readBigUInt64LE(16))];
    for (let at = 40 + 2 * ROWS; at < graph.length;) {
      const level = graph.readInt16LE(at + 8);
      at += 10;
      for (let above = 0; above <= level; above += 1) {
        const count = graph.readUInt32LE(at);
        const all = Array.from({ length: count }, (_, link) => graph.readUInt32LE(at + 4 + 4 * link));
        const kept = all.filter((other) => other !== row);
        graph.writeUInt32LE(kept.length, at);
        kept.forEach((other, link) => graph.writeUInt32LE(other, at + 4 + 4 * link));
        at += 4 + 4 * (above === 0 ? below : links);
      }
    }
  }

  it("are told of a draft: none as one thread made it, and each that no link leads to", async () => {
    const half = emptyIndex(ScalarKind.BF16);
    built.forEach((vector, row) => half.add(BigInt(row), vector, 1));
    const draft = join(dir, "draft");
    half.save(draft);
    expect(lostIn(draft, ROWS)).toEqual([]);
    const file = await readFile(draft);
    const graph = file.subarray(PAYLOAD_OFFSET + (ROWS * ROW_BYTES) / 2 + 64);
    for (const row of [7, 231]) unlink(graph, row);
    await writeFile(draft, file);
    expect(lostIn(draft, ROWS)).toEqual([7, 231]);
  });
});
