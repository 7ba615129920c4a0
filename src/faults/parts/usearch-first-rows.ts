// A usearch file of the first rows of another one: what a snapshot that was taken when only these were there holds. It
// is whole: its counts, its vectors and its graph fit each other. See usearch-graph.ts for the format.

import { keyBytes, linkBytes, type Graph, type Lying } from "./graph.ts";
import { countsBytes, graphBehind, headBytes, levelBytes, numbersBytes, readGraph } from "./usearch-graph.ts";

/** In the head of the graph, how many of its nodes are there and how many were removed (64 bit each). */
const [presentAt, removedAt] = [17, 25] as const;

/** Throws for what is no file of usearch with so many rows. Each of the rows that are kept is linked with its next. */
export function firstRows(file: Uint8Array, lying: Lying, keep: number): Uint8Array {
  const { offset, rowBytes } = lying;
  const graph = graphBehind(file, lying);
  const read = readGraph(graph);
  const head = Buffer.from(file.subarray(0, offset));
  head.writeUInt32LE(keep, offset - countsBytes);
  return Buffer.concat([head, file.subarray(offset, offset + keep * rowBytes), graphOf(graph, read, keep)]);
}

/** All nodes on the lowest level, where a search begins at the first. */
function graphOf(graph: Uint8Array, { mostAtBase, keys }: Graph, keep: number): Uint8Array {
  const head = Buffer.from(graph.subarray(0, headBytes + numbersBytes));
  head.writeBigUInt64LE(BigInt(keep), presentAt);
  head.writeBigUInt64LE(0n, removedAt);
  // Nodes, (two bounds that stay,) the highest level, and where a search begins.
  for (const [at, number] of [
    [0, keep],
    [24, 0],
    [32, 0],
  ] as const) {
    head.writeBigUInt64LE(BigInt(number), headBytes + at);
  }
  const links = Math.min(mostAtBase, keep - 1);
  const nodes = Array.from({ length: keep }, (_, node) => {
    const bytes = Buffer.alloc(keyBytes + levelBytes + linkBytes * (1 + mostAtBase));
    const at = keys[node] ?? 0;
    bytes.set(graph.subarray(at, at + keyBytes));
    bytes.writeUInt32LE(links, keyBytes + levelBytes);
    for (let n = 1; n <= links; n += 1) {
      bytes.writeUInt32LE((node + n) % keep, keyBytes + levelBytes + linkBytes * n);
    }
    return bytes;
  });
  return Buffer.concat([head, Buffer.alloc(keep * levelBytes), ...nodes]);
}
