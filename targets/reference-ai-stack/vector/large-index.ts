// An index of very many rows. Most of the time goes into comparing vectors while the graph is made, and half the bytes
// take half the time; a graph only says where a search goes on, and what it finds is told by the whole vectors. So the
// library makes the graph of vectors of 16 bits a number, and the file is put together of that graph and the whole
// vectors: as the library itself would write it, which has no call for that. All processors make the graph, each adding
// rows as it gets to them; in the file its nodes are put in the order of the rows again.
import { closeSync, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import type { Index } from "usearch";
import { messageOf } from "../common/log.ts";
import { bytes, DIMENSIONS } from "../embedder/cache.ts";
import { PAYLOAD_OFFSET, ROW_BYTES } from "./layout.ts";

const HALF_ROW_BYTES = ROW_BYTES / 2;
/** Behind the vectors: 7 bytes of a name, three versions of 16 bits and the metric; then kinds, a byte each. */
const NAME = "usearch";
const [VERSION_AT, KIND_AT] = [7, 14];
/** As the library numbers them: 16 bits (`bf16`), 32 bits (`f32`). Its `scalar_kind_t`, 2.25. */
const [HALF, WHOLE] = [4, 11];
/** What the head has to say: the file's format, and kinds of vectors, of labels (64 bits) and of links (32 bits). */
const EXPECTED = [
  { what: "the format", at: VERSION_AT, is: 2 },
  { what: "numbers of kind", at: KIND_AT, is: HALF },
  { what: "labels of kind", at: 15, is: 14 },
  { what: "links of kind", at: 16, is: 15 },
] as const;
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
    if (threads > 1) addLostAgain(half, vectors, draft);
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

/** What one thread adds again is linked at once: in ten graphs of 12,000 rows the second look found none. */
const MOST_ADDED_AGAIN = 3;

/**
 * Of rows that several threads add at once, one in some thousands is linked by nobody, and never found again. The graph
 * tells which: no way leads there from its first node. Each is taken out and added once more, by one thread, and the
 * draft is saved anew. Throws when some are still lost after that.
 */
function addLostAgain(half: Index, vectors: readonly Float32Array[], draft: string): void {
  for (let looks = 0; ; looks += 1) {
    const lost = lostIn(draft, vectors.length);
    if (lost.length === 0) return;
    if (looks === MOST_ADDED_AGAIN) throw new Error(`${lost.length} of ${vectors.length} rows are linked by nobody`);
    for (const row of lost) {
      half.remove(BigInt(row));
      half.add(BigInt(row), vectors[row]!, 1);
    }
    half.save(draft);
  }
}

/** Labels of the nodes of a draft that no way leads to from the first one. */
export function lostIn(draft: string, rows: number): number[] {
  const { graph } = headAndGraph(draft, rows);
  return inGraphOf(draft, () => unreachedIn(graph, rows));
}

function unreachedIn(graph: Buffer, rows: number): number[] {
  const { labels, starts, roomOn } = nodesIn(graph, rows);
  const isReached = new Uint8Array(rows);
  const first = Number(graph.readBigUInt64LE(GRAPH_HEAD.first));
  const ahead = [labelOf(labels, first)];
  isReached[ahead[0]!] = 1;
  for (let label = ahead.pop(); label !== undefined; label = ahead.pop()) {
    const start = starts[label]!;
    const level = graph.readInt16LE(start + NODE_HEAD.level);
    for (let above = 0, at = start + NODE_HEAD.bytes; above <= level; above += 1) {
      for (const link of linksAt(graph, at, roomOn(above))) {
        const next = labelOf(labels, graph.readUInt32LE(link));
        if (isReached[next] === 0) ahead.push(next);
        isReached[next] = 1;
      }
      at += 4 + 4 * roomOn(above);
    }
  }
  return [...isReached.keys()].filter((label) => isReached[label] === 0);
}

/** One behind the other. */
function joined(vectors: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(vectors.length * DIMENSIONS);
  vectors.forEach((vector, row) => all.set(vector, row * DIMENSIONS));
  return all;
}

/** Header and graph of a file of 16 bits a number, for whole vectors. Throws when it is not laid out so. */
export function behindVectors(draft: string, rows: number): Buffer {
  const { head, graph } = headAndGraph(draft, rows);
  head[KIND_AT] = WHOLE;
  return Buffer.concat([head, inGraphOf(draft, () => inOrder(graph, rows))]);
}

/** What lies behind the vectors of a draft. Throws when it is not laid out as expected. */
function headAndGraph(draft: string, rows: number): { readonly head: Buffer; readonly graph: Buffer } {
  const from = PAYLOAD_OFFSET + rows * HALF_ROW_BYTES;
  const found = Buffer.alloc(Math.max(0, statSync(draft).size - from));
  const source = openSync(draft, "r");
  try {
    const read = readSync(source, found, 0, found.length, from);
    if (read !== found.length) throw new Error(`${draft} gave ${read} bytes; expected ${found.length}`);
  } finally {
    closeSync(source);
  }
  const [head, graph] = [found.subarray(0, HEAD_BYTES), found.subarray(HEAD_BYTES)];
  const name = head.toString("latin1", 0, NAME.length);
  if (name !== NAME) throw new Error(`${draft} has no head of ${NAME} behind ${rows} rows`);
  for (const { what, at, is } of EXPECTED) {
    if (head[at] !== is) throw new Error(`${draft} has ${what} ${head[at]}; expected ${is}`);
  }
  return { head, graph };
}

function inGraphOf<T>(draft: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`the graph of ${draft}: ${messageOf(error)}`, { cause: error });
  }
}

/** The same graph with its nodes in the order of their labels. */
function inOrder(graph: Buffer, rows: number): Buffer {
  const nodes = nodesIn(graph, rows);
  const { labels, starts, bytesOf, roomOn } = nodes;
  const sorted = Buffer.from(graph);
  const first = Number(graph.readBigUInt64LE(GRAPH_HEAD.first));
  sorted.writeBigUInt64LE(BigInt(labelOf(labels, first)), GRAPH_HEAD.first);
  let to = nodes.at;
  starts.forEach((from, label) => {
    const level = graph.readInt16LE(from + NODE_HEAD.level);
    sorted.writeInt16LE(level, GRAPH_HEAD.bytes + 2 * label);
    graph.copy(sorted, to, from, from + bytesOf(level));
    for (let above = 0, at = to + NODE_HEAD.bytes; above <= level; above += 1) {
      relabel(sorted, at, { labels, room: roomOn(above) });
      at += 4 + 4 * roomOn(above);
    }
    to += bytesOf(level);
  });
  return sorted;
}

/**
 * Where the nodes begin, the label of each, where each label's node begins, and how long one is. Throws where they are
 * not as many as rows, one label has two, or the last one does not end where the graph does.
 */
function nodesIn(graph: Buffer, rows: number) {
  const numberAt = (at: number): number => Number(graph.readBigUInt64LE(at));
  const count = numberAt(GRAPH_HEAD.rows);
  if (count !== rows) throw new Error(`it has ${count} nodes; expected ${rows}`);
  const [links, linksBelow] = [numberAt(GRAPH_HEAD.links), numberAt(GRAPH_HEAD.linksBelow)];
  const at = GRAPH_HEAD.bytes + 2 * rows;
  const roomOn = (level: number): number => (level === 0 ? linksBelow : links);
  const bytesOf = (level: number): number => NODE_HEAD.bytes + 4 + 4 * linksBelow + level * (4 + 4 * links);
  // No node begins at 0, where the head is.
  const [labels, starts] = [new Uint32Array(rows), new Float64Array(rows)];
  let end = at;
  for (let place = 0; place < rows; place += 1) {
    const [label, level] = [numberAt(end), graph.readInt16LE(end + NODE_HEAD.level)];
    if (starts[label] !== 0) throw new Error(`node ${place} has the label ${label}: not one of ${rows}, or twice`);
    if (level < 0) throw new Error(`node ${place} has the level ${level}`);
    [labels[place], starts[label]] = [label, end];
    end += bytesOf(level);
  }
  if (end !== graph.length) throw new Error(`its nodes end at ${end}; expected ${graph.length}`);
  return { at, labels, starts, bytesOf, roomOn };
}

/** The links of a node on one level name others by their labels instead of by their places. */
function relabel(nodes: Buffer, at: number, { labels, room }: { labels: Uint32Array; room: number }): void {
  for (const link of linksAt(nodes, at, room)) nodes.writeUInt32LE(labelOf(labels, nodes.readUInt32LE(link)), link);
}

/** Where the links of a node on one level lie, of which there is room for so many. Throws when there are more. */
function linksAt(nodes: Buffer, at: number, room: number): number[] {
  const count = nodes.readUInt32LE(at);
  if (count > room) throw new Error(`a node has ${count} links; expected at most ${room}`);
  return Array.from({ length: count }, (_, link) => at + 4 + 4 * link);
}

function labelOf(labels: Uint32Array, place: number): number {
  const label = labels[place];
  if (label === undefined) throw new Error(`a link leads to node ${place} of ${labels.length}`);
  return label;
}

function writeAll(file: number, all: Uint8Array): void {
  for (let from = 0; from < all.length;) from += writeSync(file, all, from);
}
