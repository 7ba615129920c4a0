// The graph behind the rows of a usearch file (format 2: https://github.com/unum-cloud/usearch, index_dense.hpp and
// index.hpp): a head of 64 bytes, five 64-bit numbers, a level for each node, then the nodes one after another. A node
// is its key (64 bit), its level (16 bit), and for each of its levels a list: how many links, then the links, each a
// node's number (32 bit). What is not exactly that is refused: a number that is none of a node's would end whoever
// follows it.

import { HarnessError } from "../../core/errors.ts";
import { keyBytes, linkBytes, type Graph, type Links, type Lying } from "./graph.ts";

export const headBytes = 64;
export const numbersBytes = 40;
const magic = "usearch";
/** Format of the file (major version), kind of keys (64 bit) and kind of links (32 bit). */
const expected = [
  { at: 7, value: 2 },
  { at: 15, value: 14 },
  { at: 16, value: 15 },
] as const;
export const levelBytes = 2;

/** Right before the rows stand their number and the bytes of one, 32 bit each. */
export const countsBytes = 8;

/** The graph of a file, behind its rows. Throws for what is no file of usearch with so many rows. */
export function graphBehind(file: Uint8Array, { offset, rowBytes, rows }: Lying): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const graphAt = offset + rows * rowBytes;
  const countsAt = offset - countsBytes;
  const counted = countsAt >= 0 && graphAt < file.length;
  if (!counted || view.getUint32(countsAt, true) !== rows || view.getUint32(countsAt + 4, true) !== rowBytes) {
    throw notAGraph();
  }
  return file.subarray(graphAt);
}

/** Throws when it is none of usearch's. */
export function readGraph(bytes: Uint8Array): Graph {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isKnown =
    bytes.length > headBytes + numbersBytes &&
    Buffer.from(bytes.subarray(0, magic.length)).toString("latin1") === magic &&
    expected.every(({ at, value }) => bytes[at] === value);
  if (!isKnown) throw notAGraph();
  const [nodes = 0, most = 0, mostAtBase = 0] = [0, 8, 16].map((at) => Number(view.getBigUint64(headBytes + at, true)));
  const [keys, levels]: [number[], number[]] = [[], []];
  const links: Links[] = [];
  let at = headBytes + numbersBytes + nodes * levelBytes;
  for (let node = 0; node < nodes; node += 1) {
    if (at + keyBytes + levelBytes > bytes.length) throw notAGraph();
    const level = view.getInt16(at + keyBytes, true);
    keys.push(at);
    levels.push(level);
    at += keyBytes + levelBytes;
    for (let on = 0; on <= level; on += 1) {
      const room = on === 0 ? mostAtBase : most;
      if (at + linkBytes * (1 + room) > bytes.length) throw notAGraph();
      const count = view.getUint32(at, true);
      if (count > room) throw notAGraph();
      links.push({ node, level: on, at: at + linkBytes, count });
      at += linkBytes * (1 + room);
    }
  }
  if (at !== bytes.length) throw notAGraph();
  return { nodes, mostAtBase, keys, levels, links };
}

/** What is refused. */
function notAGraph(): HarnessError {
  return new HarnessError(
    "environment",
    "what follows the rows of the published index is no graph of usearch (file format 2 with 64-bit keys and 32-bit links): mode links, index.torn-pair, index.ghost-rows, index.degenerate-build and index.nearly-empty need one",
  );
}
