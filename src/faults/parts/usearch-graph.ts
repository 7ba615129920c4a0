// The graph behind the rows of a usearch file (format 2: https://github.com/unum-cloud/usearch, index_dense.hpp and
// index.hpp): a head of 64 bytes, five 64-bit numbers, a level for each node, then the nodes one after another. A node
// is its key (64 bit), its level (16 bit), and for each of its levels a list: how many links, then the links, each a
// node's number (32 bit). What is not exactly that is refused: a number that is none of a node's would end whoever
// follows it.

import { HarnessError } from "../../core/errors.ts";
import { seededRandom } from "../../core/random.ts";
import { chooseRows } from "./row-damage.ts";

/** One list of links: of which node and level, where the first one stands, and how many there are. */
interface Links {
  readonly node: number;
  readonly level: number;
  readonly at: number;
  readonly count: number;
}

export interface Graph {
  readonly nodes: number;
  /** Links that a list of the lowest level has room for. */
  readonly mostAtBase: number;
  /** Where the keys stand, by node. */
  readonly keys: readonly number[];
  /** The highest level of each node. */
  readonly levels: readonly number[];
  readonly links: readonly Links[];
}

/** Bytes of the graph that a fault replaces; places count from its first byte. */
export interface GraphPiece {
  readonly at: number;
  readonly was: Uint8Array;
  readonly damaged: Uint8Array;
}

/**
 * Links: no link leads to the chosen nodes. Keys: they go by each other's names. Ghosts: by numbers that no row
 * has, nor will have. Bare: they have no links.
 */
export const graphModes = ["links", "keys", "ghosts", "bare"] as const;
export type GraphMode = (typeof graphModes)[number];

/** What becomes of so large a share of the nodes. */
export interface GraphHarm {
  readonly mode: GraphMode;
  readonly share: number;
  readonly seed: number;
}

export const headBytes = 64;
export const numbersBytes = 40;
const magic = "usearch";
/** Format of the file (major version), kind of keys (64 bit) and kind of links (32 bit). */
const expected = [
  { at: 7, value: 2 },
  { at: 15, value: 14 },
  { at: 16, value: 15 },
] as const;
export const keyBytes = 8;
export const levelBytes = 2;
export const linkBytes = 4;

/** Where rows lie, as a target publishes it. */
export type Lying = {
  readonly offset: number;
  readonly rowBytes: number;
  readonly rows: number;
};

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

/** The damage to a graph, from its bytes alone: the same for the same seed. Throws when it is none of usearch's. */
export function graphDamage(graph: Uint8Array, { mode, share, seed }: GraphHarm): readonly GraphPiece[] {
  const read = readGraph(graph);
  const chosen = new Set(rowsOf(chooseRows(read.nodes, share, seed)));
  if (mode === "links") return ledElsewhere(graph, read, { chosen, seed });
  if (mode === "keys") return otherKeys(graph, read, chosen);
  if (mode === "bare") return withoutLinks(graph, read, chosen);
  return [...chosen].flatMap((node, n) => changed(graph, read.keys[node] ?? 0, keyOf(firstGhost + n)));
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

/**
 * Every link that leads to a chosen node leads to another one instead: the node keeps its vector and its name, and no
 * search comes by. Only the lowest byte of a link changes, and the number stays that of a node, so that a search which
 * reads while we write follows the old link or the new one, and none besides. On a level lead only links to nodes that
 * have it: usearch ends its process for any other ("Linking to missing level"). Where there is no such node the link
 * stays as it is.
 */
function ledElsewhere(
  bytes: Uint8Array,
  graph: Graph,
  { chosen, seed }: { readonly chosen: ReadonlySet<number>; readonly seed: number },
): readonly GraphPiece[] {
  const random = seededRandom(seed, "index.corruption links");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return graph.links.flatMap(({ node, level, at, count }) => {
    const was = bytes.subarray(at, at + count * linkBytes);
    const damaged = Uint8Array.from(was);
    let isOther = false;
    for (let link = 0; link < count; link += 1) {
      const to = view.getUint32(at + link * linkBytes, true);
      if (!chosen.has(to)) continue;
      const mayLead = (other: number): boolean =>
        other !== node && !chosen.has(other) && (graph.levels[other] ?? -1) >= level;
      const other = inBlockOf(to, Math.floor(random.next() * 256), mayLead);
      if (other === undefined) continue;
      damaged[link * linkBytes] = other % 256;
      isOther = true;
    }
    return isOther ? [{ at, was, damaged }] : [];
  });
}

/** The first node from `from` on, around the 256 that share all bytes of `to` but the lowest, that will do. */
function inBlockOf(to: number, from: number, willDo: (node: number) => boolean): number | undefined {
  const block = to - (to % 256);
  for (let step = 0; step < 256; step += 1) {
    const node = block + ((from + step) % 256);
    if (willDo(node)) return node;
  }
  return undefined;
}

/** Each chosen node has the key of the one half of all of them further on: vectors of one build, names of another. */
function otherKeys(bytes: Uint8Array, { keys }: Graph, chosen: ReadonlySet<number>): readonly GraphPiece[] {
  const places = [...chosen].map((node) => keys[node] ?? 0);
  const half = Math.floor(places.length / 2);
  return places.flatMap((at, n) => {
    const from = places[(n + half) % places.length] ?? at;
    const [was, damaged] = [bytes.subarray(at, at + keyBytes), bytes.subarray(from, from + keyBytes)];
    return from === at ? [] : [{ at, was, damaged }];
  });
}

/** Each list of a chosen node says that it is empty; what stands behind the number stays. */
function withoutLinks(bytes: Uint8Array, { links }: Graph, chosen: ReadonlySet<number>): readonly GraphPiece[] {
  return links.flatMap(({ node, at }) =>
    chosen.has(node) ? changed(bytes, at - linkBytes, new Uint8Array(linkBytes)) : [],
  );
}

/** What holds the same afterwards is no damage. */
function changed(bytes: Uint8Array, at: number, damaged: Uint8Array): readonly GraphPiece[] {
  const was = bytes.subarray(at, at + damaged.length);
  return was.every((byte, n) => byte === damaged[n]) ? [] : [{ at, was, damaged }];
}

/** Behind every number that a record store will give to a row. */
const firstGhost = 2 ** 32;

function keyOf(key: number): Uint8Array {
  const bytes = Buffer.alloc(keyBytes);
  bytes.writeBigUInt64LE(BigInt(key));
  return bytes;
}

function rowsOf(runs: readonly (readonly [number, number])[]): readonly number[] {
  return runs.flatMap(([first, count]) => Array.from({ length: count }, (_, at) => first + at));
}

/** What is refused. */
function notAGraph(): HarnessError {
  return new HarnessError(
    "environment",
    "what follows the rows of the published index is no graph of usearch (file format 2 with 64-bit keys and 32-bit links): mode links, index.torn-pair, index.ghost-rows, index.degenerate-build and index.nearly-empty need one",
  );
}
