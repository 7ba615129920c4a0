// The lowest level of hnswlib's graph, made by hand: which links, counts and labels are changed, and what is refused.
// That Chroma bears it is tried in test/contract/intents-on-engines.test.ts.
import { expect, test } from "vitest";
import { graphDamage, type GraphMode } from "../../../../src/faults/parts/index-graph.ts";

const [rows, most, rowBytes] = [300, 4, 16];
const linkBytes = 4 + most * 4;
const every = linkBytes + rowBytes + 8;
const pieces = [{ at: linkBytes, bytes: rowBytes, every, count: rows }];

/** Each element leads to the next ones, and goes by a label of 1,000 and its number. */
function level(): Buffer {
  const file = Buffer.alloc(rows * every, 7);
  for (let node = 0; node < rows; node += 1) {
    const at = node * every;
    file.writeUInt32LE(3, at);
    for (let link = 1; link <= 3; link += 1) file.writeUInt32LE((node + link) % rows, at + 4 * link);
    file.writeBigUInt64LE(BigInt(1000 + node), at + linkBytes + rowBytes);
  }
  return file;
}

function struck(mode: GraphMode, share: number): Buffer {
  const file = level();
  for (const { at, damaged } of graphDamage(level(), { mode, share, seed: 3 }, { format: "chroma", pieces })) {
    file.set(damaged, at);
  }
  return file;
}

const nodes = Array.from({ length: rows }, (_, node) => node);
const countsIn = (file: Buffer): number[] => nodes.map((node) => file.readUInt16LE(node * every));
const linksIn = (file: Buffer): number[] =>
  nodes.flatMap((node) => [1, 2, 3].map((link) => file.readUInt32LE(node * every + 4 * link)));
const labelsIn = (file: Buffer): number[] =>
  nodes.map((node) => Number(file.readBigUInt64LE(node * every + linkBytes + rowBytes)));
const vectorsIn = (file: Buffer): Buffer =>
  Buffer.concat(nodes.map((node) => file.subarray(node * every + linkBytes, node * every + linkBytes + rowBytes)));

test("no link leads to 60 % of the elements any more, and each leads to one that there is", () => {
  const file = struck("links", 0.6);
  const led = new Set(linksIn(file));
  expect(led.size).toBe(Math.round(0.4 * rows));
  expect([...led].every((node) => node < rows)).toBe(true);
  expect([countsIn(file), labelsIn(file)]).toEqual([countsIn(level()), labelsIn(level())]);
});

test("labels change places, or lists say that they are empty, and no vector is touched", () => {
  const keys = struck("keys", 1);
  expect(new Set(labelsIn(keys))).toEqual(new Set(labelsIn(level())));
  expect(labelsIn(keys).filter((label, node) => label === 1000 + node)).toEqual([]);
  const bare = struck("bare", 1);
  expect(new Set(countsIn(bare))).toEqual(new Set([0]));
  for (const file of [keys, bare]) expect(vectorsIn(file)).toEqual(vectorsIn(level()));
});

test("refuses what is laid out otherwise, and a link that leads to no element", () => {
  const harm = { mode: "links", share: 0.3, seed: 3 } as const;
  const strike =
    (file: Buffer, of = pieces) =>
    () =>
      graphDamage(file, harm, { format: "chroma", pieces: of });
  expect(strike(level(), [...pieces, ...pieces])).toThrow("its rows are not one an element");
  expect(strike(level(), [{ ...pieces[0], at: 8, bytes: 9, every, count: rows }])).toThrow("another layout");
  expect(strike(level().subarray(0, -1))).toThrow("another layout");
  const astray = level();
  astray.writeUInt32LE(rows, 4);
  expect(strike(astray)).toThrow("element 0 leads to none");
  const crowded = level();
  crowded.writeUInt16LE(most + 1, 0);
  expect(strike(crowded)).toThrow("element 0 has 5 links");
});
