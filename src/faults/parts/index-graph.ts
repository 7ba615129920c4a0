// How an index comes from a search to its rows, and how it names them: read off the file of an engine that is known,
// and what a fault does to that. Vectors stay where they are.

import { seededRandom } from "../../core/random.ts";
import { readLevel } from "./hnswlib-level.ts";
import { chooseRows } from "./row-damage.ts";
import type { Piece } from "./row-pieces.ts";
import { readMarks, readPlaces } from "./sqlite-vec-tables.ts";
import { keyBytes, linkBytes, type Graph, type Mark } from "./graph.ts";
import { readGraph } from "./usearch-graph.ts";

/** Bytes that a fault replaces; places count from the first byte of what was read. */
export interface GraphPiece {
  readonly at: number;
  readonly was: Uint8Array;
  readonly damaged: Uint8Array;
}

/**
 * Links: no search comes to the chosen nodes. Keys: they go by each other's names. Ghosts: by numbers that no row has,
 * nor will have. Bare: no search gets any further from where it begins. Places, of sqlite-vec alone: each is read back
 * from where another one lies, and searched as before.
 */
export const graphModes = ["links", "keys", "ghosts", "bare", "places"] as const;
export type GraphMode = (typeof graphModes)[number];

/** What becomes of so large a share of the nodes. */
export interface GraphHarm {
  readonly mode: GraphMode;
  readonly share: number;
  readonly seed: number;
}

/** Of a file whose rows lie in pieces: whose it is, and where they lie. */
export interface InPieces {
  readonly format: string;
  readonly pieces: readonly Piece[];
}

/**
 * The damage, the same for the same seed, from the bytes of a graph of usearch alone, or of a whole file whose rows lie
 * in pieces. Throws when they are of no engine that is known.
 */
export function graphDamage(
  bytes: Uint8Array,
  { mode, share, seed }: GraphHarm,
  lying?: InPieces,
): readonly GraphPiece[] {
  if (mode === "places") return otherPlaces(bytes, { share, seed });
  const read = lying === undefined ? readGraph(bytes) : readInPieces(bytes, lying);
  const chosen = new Set(rowsOf(chooseRows(read.nodes, share, seed)));
  if (mode === "keys") return otherKeys(bytes, read, chosen);
  if (mode === "ghosts")
    return [...chosen].flatMap((node, n) => changed(bytes, read.keys[node] ?? 0, keyOf(firstGhost + n)));
  if (read.marks !== undefined) return passedOver(bytes, read.marks, mode === "bare" ? allBut(chosen) : chosen);
  return mode === "links" ? ledElsewhere(bytes, read, { chosen, seed }) : withoutLinks(bytes, read, chosen);
}

function readInPieces(bytes: Uint8Array, { format, pieces }: InPieces): Graph {
  return format === "sqlite-vec" ? readMarks(bytes) : readLevel(bytes, pieces);
}

/** Where nothing is linked a search ends at the first node. */
function allBut(chosen: ReadonlySet<number>): ReadonlySet<number> {
  return new Set([...chosen].filter((node) => node !== 0));
}

/** The chosen rows keep their vectors and their names, and are marked as none. */
function passedOver(bytes: Uint8Array, marks: readonly Mark[], chosen: ReadonlySet<number>): readonly GraphPiece[] {
  const damaged = new Map<number, number>();
  for (const node of chosen) {
    const { at, bit } = marks[node] ?? { at: 0, bit: 0 };
    damaged.set(at, (damaged.get(at) ?? bytes[at] ?? 0) & ~(1 << bit));
  }
  return [...damaged].flatMap(([at, byte]) => changed(bytes, at, Uint8Array.of(byte)));
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

/** Of each group the chosen ones have the place of the one half of them further on; one that is alone keeps its own. */
function otherPlaces(bytes: Uint8Array, { share, seed }: Omit<GraphHarm, "mode">): readonly GraphPiece[] {
  const all = readPlaces(bytes);
  const chosen = rowsOf(chooseRows(all.length, share, seed)).flatMap((row) => all[row] ?? []);
  const groups = [...new Set(chosen.map(({ group }) => group))];
  return groups.flatMap((of) => {
    const places = chosen.filter(({ group }) => group === of);
    return places.flatMap(({ at, bytes: length }, n) => {
      const from = places[(n + Math.floor(places.length / 2)) % places.length]?.at ?? at;
      return changed(bytes, at, Uint8Array.from(bytes.subarray(from, from + length)));
    });
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
