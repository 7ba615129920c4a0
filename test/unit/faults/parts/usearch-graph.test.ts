// The graph behind the rows of a real usearch file: which links and keys are changed, and to what.
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Index, MetricKind, ScalarKind } from "usearch";
import { graphDamage, type GraphHarm } from "../../../../src/faults/parts/index-graph.ts";

const rows = 600;
const dimensions = 16;
const graphAt = 8 + rows * dimensions * 4;
let dir: string;
let whole: Buffer;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "usearch-graph-"));
  const index = new Index({
    dimensions,
    metric: MetricKind.Cos,
    quantization: ScalarKind.F32,
    connectivity: 8,
    expansion_add: 64,
    expansion_search: 64,
    multi: false,
  });
  for (let row = 0; row < rows; row += 1) index.add(BigInt(row), vectorOf(row), 1);
  index.save(join(dir, "whole"));
  whole = await readFile(join(dir, "whole"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function vectorOf(row: number): Float32Array {
  return Float32Array.from({ length: dimensions }, (_, i) => Math.sin((row + 1) * (i + 1) * 1.7));
}

interface Answers {
  /** Share of the rows that find themselves. */
  readonly found: number;
  /** Share of answers to them that name a row which is none. */
  readonly unknown: number;
  readonly different: number;
}

const foundAfter = async (harm: GraphHarm): Promise<number> => (await answersAfter(harm)).found;

/** What is answered to searches for all rows, by a process of its own: what the library does not bear ends that. */
async function answersAfter(harm: GraphHarm): Promise<Answers> {
  const file = join(dir, `damaged-${harm.mode}-${harm.share}-${harm.seed}`);
  const bytes = Buffer.from(whole);
  for (const { at, damaged } of graphDamage(whole.subarray(graphAt), harm)) bytes.set(damaged, graphAt + at);
  await writeFile(file, bytes);
  const script = `
    import { Index } from ${JSON.stringify(import.meta.resolve("usearch"))};
    const index = new Index({ dimensions: ${dimensions}, metric: "cos", quantization: "f32", connectivity: 8, expansion_add: 64, expansion_search: 64, multi: false });
    index.view(${JSON.stringify(file)});
    const firsts = [];
    for (let row = 0; row < ${rows}; row += 1) {
      const vector = Float32Array.from({ length: ${dimensions} }, (_, i) => Math.sin((row + 1) * (i + 1) * 1.7));
      firsts.push(Number(index.search(vector, 1, 1).keys[0]));
    }
    const share = (of) => firsts.filter(of).length / ${rows};
    const found = share((first, row) => first === row);
    const unknown = share((first) => first >= ${rows});
    console.log(JSON.stringify({ found, unknown, different: new Set(firsts).size }));`;
  const asModule = ["--input-type=module", "-e", script];
  return JSON.parse(execFileSync(process.execPath, asModule, { encoding: "utf8", timeout: 60_000 })) as Answers;
}

test.each([0.05, 0.3, 0.6, 0.9])(
  "an engine bears links led elsewhere, and no longer finds %d of the rows",
  async (share) => {
    expect(await foundAfter({ mode: "links", share: 0.05, seed: 99 })).toBeLessThan(1);
    expect(Math.abs(1 - share - (await foundAfter({ mode: "links", share, seed: 5 })))).toBeLessThan(0.05);
  },
);

test("an engine bears the names of another build, and gives each row by another one", async () => {
  expect(await foundAfter({ mode: "keys", share: 1, seed: 5 })).toBe(0);
  expect(await foundAfter({ mode: "keys", share: 0.5, seed: 5 })).toBeCloseTo(0.5, 1);
});

test("an engine bears numbers behind those of all rows, and gives no such number twice", async () => {
  const { found, unknown, different } = await answersAfter({ mode: "ghosts", share: 0.3, seed: 5 });
  expect([found, unknown, found + unknown]).toEqual([expect.closeTo(0.7, 1), expect.closeTo(0.3, 1), 1]);
  expect(different).toBe(rows);
});

test("an engine bears lists without links, and then gives one row whatever is asked", async () => {
  const { found, different } = await answersAfter({ mode: "bare", share: 1, seed: 5 });
  expect(different).toBe(1);
  expect(found).toBe(1 / rows);
});

test("changes one byte of a link at a time, so that who reads meanwhile follows the old or the new one", () => {
  for (const { was, damaged } of graphDamage(whole.subarray(graphAt), { mode: "links", share: 0.5, seed: 1 })) {
    expect(damaged).toHaveLength(was.length);
    expect([...damaged.keys()].filter((at) => damaged[at] !== was[at]).every((at) => at % 4 === 0)).toBe(true);
  }
});

test("does the same for the same seed and other harm for another", () => {
  const harm = { mode: "links", share: 0.3, seed: 5 } as const;
  expect(graphDamage(whole.subarray(graphAt), harm)).toEqual(graphDamage(whole.subarray(graphAt), harm));
  expect(graphDamage(whole.subarray(graphAt), harm)).not.toEqual(
    graphDamage(whole.subarray(graphAt), { ...harm, seed: 6 }),
  );
});

test("refuses bytes that are no graph, one that is cut, and one with more behind it", () => {
  const graph = whole.subarray(graphAt);
  const harm = { mode: "links", share: 0.3, seed: 5 } as const;
  const other = Uint8Array.from(graph);
  other[15] = 20;
  const crowded = Uint8Array.from(graph);
  crowded.set([255, 255], 64 + 40 + rows * 2 + 10);
  for (const bytes of [
    new Uint8Array(),
    graph.subarray(1),
    graph.subarray(0, -1),
    Buffer.concat([graph, graph]),
    other,
    crowded,
  ]) {
    expect(() => graphDamage(bytes, harm)).toThrow("is no graph of usearch");
  }
});
