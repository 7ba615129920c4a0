// An index of very many rows. Most of the time goes into comparing vectors while the graph is made, and half the bytes
// take half the time; a graph only says where a search goes on, and what it finds is told by the whole vectors. So the
// library makes the graph of vectors of 16 bits a number, and the file is put together of that graph and the whole
// vectors: as the library itself would write it, which has no call for that. All processors make the graph, each adding
// rows as it gets to them; in the file its nodes are put in the order of the rows again.
import { closeSync, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import type { Index } from "usearch";
import { bytes, DIMENSIONS } from "../embedder/cache.ts";
import { PAYLOAD_OFFSET, ROW_BYTES } from "./layout.ts";

const HALF_ROW_BYTES = ROW_BYTES / 2;
/** Behind the vectors: 7 bytes of a name, three versions and the metric; then how numbers are kept. */
const KIND_AT = 14;
/** As the library numbers them: 16 bits (`bf16`), 32 bits (`f32`). Its `scalar_kind_t`, 2.25. */
const [HALF, WHOLE] = [4, 11];
/** Behind the kind: the rest of a header of 64 bytes, then the graph. */
const HEAD_BYTES = 64;
/** Numbers of 64 bits: nodes, links of one on an upper level, on the lowest, the highest level, the first node. */
const GRAPH_HEAD = { rows: 0, links: 8, linksBelow: 16, first: 32, bytes: 40 } as const;
/** A node: its label of 64 bits and its level of 16; then for each level a count, and places of others, of 32 bits. */
const NODE_HEAD = { level: 8, bytes: 10 } as const;
const ROWS_AT_ONCE = 4096;

/**
 * Writes the index of the vectors, row i under label i, to `file`, where nothing is. `half`: an empty index of 16 bits
 * a number. Throws when the library's file is not laid out as this one has to be. With more than one of `threads` equal
 * vectors do not give equal bytes.
 */
export function writeLargeIndex(
  vectors: readonly Float32Array[],
  file: string,
  { half, threads }: { readonly half: Index; readonly threads: number },
): void {
  for (let row = 0; row < vectors.length; row += ROWS_AT_ONCE) {
    const some = vectors.slice(row, row + ROWS_AT_ONCE);
    half.add(
      BigUint64Array.from(some, (_, at) => BigInt(row + at)),
      joined(some),
      threads,
    );
  }
  const draft = `${file}.half`;
  const target = openSync(file, "wx");
  try {
    half.save(draft);
    const graph = behindVectors(draft, vectors.length);
    const counts = Buffer.alloc(PAYLOAD_OFFSET);
    counts.writeUInt32LE(vectors.length, 0);
    counts.writeUInt32LE(ROW_BYTES, 4);
    writeAll(target, counts);
    for (let row = 0; row < vectors.length; row += ROWS_AT_ONCE) {
      writeAll(target, bytes(joined(vectors.slice(row, row + ROWS_AT_ONCE))));
    }
    writeAll(target, graph);
  } finally {
    closeSync(target);
    rmSync(draft, { force: true });
  }
}

/** One behind the other. */
function joined(vectors: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(vectors.length * DIMENSIONS);
  vectors.forEach((vector, row) => all.set(vector, row * DIMENSIONS));
  return all;
}

/** Header and graph of a file of 16 bits a number, for whole vectors. */
function behindVectors(draft: string, rows: number): Buffer {
  const from = PAYLOAD_OFFSET + rows * HALF_ROW_BYTES;
  const found = Buffer.alloc(Math.max(0, statSync(draft).size - from));
  const source = openSync(draft, "r");
  try {
    readSync(source, found, 0, found.length, from);
  } finally {
    closeSync(source);
  }
  const kind = found[KIND_AT];
  if (kind !== HALF) throw new Error(`${draft} keeps numbers of kind ${kind}; expected ${HALF}`);
  found[KIND_AT] = WHOLE;
  const head = found.subarray(0, HEAD_BYTES);
  return Buffer.concat([head, inOrder(found.subarray(HEAD_BYTES))]);
}

/** The same graph with its nodes in the order of their labels. */
function inOrder(graph: Buffer): Buffer {
  const numberAt = (at: number): number => Number(graph.readBigUInt64LE(at));
  const [rows, links, linksBelow] = [
    numberAt(GRAPH_HEAD.rows),
    numberAt(GRAPH_HEAD.links),
    numberAt(GRAPH_HEAD.linksBelow),
  ];
  const nodesAt = GRAPH_HEAD.bytes + 2 * rows;
  const bytesOf = (level: number): number => NODE_HEAD.bytes + 4 + 4 * linksBelow + level * (4 + 4 * links);
  const [labels, starts, places] = [new Uint32Array(rows), new Uint32Array(rows), new Uint32Array(rows)];
  for (let place = 0, at = nodesAt; place < rows; place += 1) {
    const label = numberAt(at);
    [labels[place], starts[place], places[label]] = [label, at, place];
    at += bytesOf(graph.readInt16LE(at + NODE_HEAD.level));
  }
  const sorted = Buffer.from(graph);
  sorted.writeBigUInt64LE(BigInt(labels[numberAt(GRAPH_HEAD.first)] ?? 0), GRAPH_HEAD.first);
  for (let label = 0, to = nodesAt; label < rows; label += 1) {
    const from = starts[places[label] ?? 0] ?? 0;
    const level = graph.readInt16LE(from + NODE_HEAD.level);
    sorted.writeInt16LE(level, GRAPH_HEAD.bytes + 2 * label);
    graph.copy(sorted, to, from, from + bytesOf(level));
    for (let above = 0, at = to + NODE_HEAD.bytes; above <= level; above += 1) {
      relabel(sorted, at, labels);
      at += 4 + 4 * (above === 0 ? linksBelow : links);
    }
    to += bytesOf(level);
  }
  return sorted;
}

/** The links of a node on one level name others by their labels instead of by their places. */
function relabel(nodes: Buffer, at: number, labels: Uint32Array): void {
  for (let left = nodes.readUInt32LE(at), link = at + 4; left > 0; left -= 1, link += 4) {
    nodes.writeUInt32LE(labels[nodes.readUInt32LE(link)] ?? 0, link);
  }
}

function writeAll(file: number, all: Uint8Array): void {
  for (let from = 0; from < all.length;) from += writeSync(file, all, from);
}
