// Rows of a published file as index.corruption handles them: chosen, saved, and told apart as pieces of damage.

import { HarnessError } from "../../core/errors.ts";
import type { FileDamage, OpenFile } from "../../core/file-damage.ts";
import type { FileControl } from "../../core/controls.ts";
import { seededRandom } from "../../core/random.ts";
import { chooseRows, damagedFrom, keptInstead, type DamageMode, type KeptMode, type RowRun } from "./row-damage.ts";
import { heldBy, stretchesOf, type Piece, type Stretch } from "./row-pieces.ts";
import { graphDamage, graphModes, type GraphMode } from "./index-graph.ts";
import type { Lying } from "./graph.ts";
import type { PublishedFile } from "../../records/inventory.ts";

/** Which rows of which file, and what stands in for them: enough to recognise our damage in a later process. */
export type RowDamage = {
  readonly path: string;
  readonly offset: number;
  readonly rowBytes: number;
  /** Of rows that do not lie in one piece from the offset: the stretches that hold them, one after another. */
  readonly pieces?: readonly Piece[];
  /**
   * Of mode truncate: the rows that are cut off. Of pages: their bytes. Of modes of the graph: none, for that goes from
   * the offset to the end of the file.
   */
  readonly runs: readonly RowRun[];
  /**
   * Swap and replace: each chosen row holds what the one half of all of them further on held: what lies side by side
   * was written together, and would still be of the same origin. Pairs: rows are chosen in pairs, each of which holds
   * what the other one held. Shift: what the next one held, around the end.
   * Turn: each row holds its own floats in another order, the same for all rows. Stride: all chosen rows, one behind
   * the other, are cut anew as if each were `short` numbers shorter, and each holds what stands where it would begin
   * then.
   */
  readonly mode: DamageMode | KeptMode | GraphMode | "swap" | "pairs" | "turn" | "stride";
  readonly seed: number;
  /** Of modes of the graph alone: the share of the rows. */
  readonly share?: number;
  /** Of modes of the graph, in a file whose rows lie in pieces: whose file it is, and all of it is saved. */
  readonly format?: string;
  /** Numbers that each row is taken for shorter, for mode stride. */
  readonly short?: number;
  /** Share of each row, for mode part. */
  readonly part?: number;
};

/** Where a file is cut: it ends at `at` bytes, and `edge` bytes before are kept to know it again. */
export type Cut = { readonly at: number; readonly size: number; readonly edge: number };

const edgeBytes = 4_096;
const pageBytes = 4_096;

/** The published file, if its rows can be damaged at all; throws HarnessError "environment" when not. */
export async function publishedRows(files: FileControl, role: string): Promise<PublishedFile> {
  const file = await files.published(role);
  const { rows, rowBytes, pieces } = file.payload;
  const held = pieces === undefined ? rows * rowBytes : heldBy(pieces);
  if (held < rows * rowBytes) {
    const what = `${rows} rows of ${rowBytes} bytes are published, in pieces that hold ${held} bytes`;
    throw new HarnessError("environment", `${file.path}: ${what}`);
  }
  if (rows > 0 && rowBytes > 0 && rowBytes % 4 === 0) return file;
  throw new HarnessError("environment", `${file.path}: ${rows} rows of ${rowBytes} bytes are not rows of float32`);
}

/** Where the chosen runs lie: `[first byte, bytes]`. */
export function placesOf({ offset, rowBytes, runs, pieces }: RowDamage): readonly Stretch[] {
  if (pieces === undefined) return runs.map(([first, count]) => [offset + first * rowBytes, count * rowBytes]);
  return stretchesOf(pieces, rowBytes, rowsOf(runs)).flat();
}

function rowsOf(runs: readonly RowRun[]): readonly number[] {
  return runs.flatMap(([first, count]) => Array.from({ length: count }, (_, index) => first + index));
}

/** What of the file is damaged, in words: the parts that the way back counts. */
export function partsHarmed({ mode, pieces, format }: RowDamage): string {
  if (mode === "links" || mode === "bare") return format === "sqlite-vec" ? "marks of rows" : "lists of links";
  if (mode === "places") return "places of rows";
  if (isOfGraph(mode)) return "names of rows";
  if (mode === "pages") return "pages";
  return pieces === undefined ? "rows" : "stretches of rows";
}

/** Where the rows of a published file lie, and whose file it is where that is not the same for all. */
export function lyingOf({ format, payload }: PublishedFile): Lying {
  const { offset, rowBytes, rows, pieces } = payload;
  return { offset, rowBytes, rows, ...(pieces !== undefined && { pieces, format }) };
}

/** So large a share of the rows, struck in the graph that leads to them. */
export function damageOfGraph(
  { path, format, payload }: PublishedFile,
  { mode, share, seed }: { readonly mode: GraphMode; readonly share: number; readonly seed: number },
): RowDamage {
  const { offset, rowBytes, rows, pieces } = payload;
  const of = { path, mode, share, seed, runs: [] };
  if (pieces !== undefined) return { ...of, offset: 0, rowBytes, pieces, format };
  return { ...of, offset: offset + rows * rowBytes, rowBytes: 1 };
}

/**
 * Seeded pages of the file, 4 KiB each, as far as they lie in the rows: together so large a share of their bytes. Of
 * rows in pieces only whole ones, for what lies between is another's.
 */
export function pagesOf(
  { offset, rowBytes, rows, pieces }: PublishedFile["payload"],
  share: number,
  seed: number,
): readonly RowRun[] {
  if (pieces !== undefined) {
    // Pieces may hold room for more rows than there are.
    const [held = []] = stretchesOf(pieces, rows * rowBytes, [0]);
    return wholePages(held, { wanted: (share * rows * rowBytes) / pageBytes, seed });
  }
  const end = offset + rows * rowBytes;
  const [first, last] = [Math.floor(offset / pageBytes), Math.ceil(end / pageBytes)];
  return chooseRows(last - first, share, seed).flatMap(([page, count]) =>
    Array.from({ length: count }, (_, n): RowRun => {
      const from = (first + page + n) * pageBytes;
      const at = Math.max(offset, from);
      return [at, Math.min(end, from + pageBytes) - at];
    }),
  );
}

function wholePages(
  stretches: readonly Stretch[],
  { wanted, seed }: { readonly wanted: number; readonly seed: number },
): readonly RowRun[] {
  const pages = stretches.flatMap(([from, bytes]) => {
    const first = Math.ceil(from / pageBytes);
    const whole = Math.max(0, Math.floor((from + bytes) / pageBytes) - first);
    return Array.from({ length: whole }, (_, n) => (first + n) * pageBytes);
  });
  if (pages.length === 0) return [];
  return chooseRows(pages.length, Math.min(1, wanted / pages.length), seed).flatMap(([first, count]) =>
    pages.slice(first, first + count).map((at): RowRun => [at, pageBytes]),
  );
}

/** The cut that loses the rows of the (one) run, and all that comes behind it. */
export function cutBefore(damage: RowDamage, size: number): Cut {
  const [at = 0] = placesOf(damage)[0] ?? [];
  if (at >= size) throw tooShort(damage);
  return { at, size, edge: Math.min(edgeBytes, at) };
}

/**
 * What has to be saved before the damage: all chosen rows, one after the other; of a cut, its edge and what comes
 * behind.
 */
export function savedBytes(file: OpenFile, damage: RowDamage, cut: Cut | undefined): Uint8Array {
  if (damage.share !== undefined) {
    const graphBytes = Math.max(0, file.size() - damage.offset);
    return Uint8Array.from(file.read(damage.offset, graphBytes));
  }
  const places = cut === undefined ? placesOf(damage) : ([[cut.at - cut.edge, cut.edge + cut.size - cut.at]] as const);
  const parts: Uint8Array[] = [];
  for (const [at, length] of places) {
    const bytes = file.read(at, length);
    if (bytes.length !== length) throw tooShort(damage);
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

/** The damage as pieces, one a row, from what was saved. */
export function damageFrom(
  damage: RowDamage,
  saved: Uint8Array,
  { file, cut }: { readonly file?: string | undefined; readonly cut?: Cut | undefined },
): FileDamage {
  const { path } = damage;
  const of = { path, ...(file !== undefined && { file }) };
  if (cut !== undefined) {
    return {
      ...of,
      pieces: [],
      end: { at: cut.at, edge: saved.subarray(0, cut.edge), tail: saved.subarray(cut.edge) },
    };
  }
  return { ...of, pieces: piecesOf(damage, saved) };
}

function piecesOf(damage: RowDamage, saved: Uint8Array): FileDamage["pieces"] {
  const { mode, offset, rowBytes, share = 1, short = 0, seed, pieces, format } = damage;
  if (isOfGraph(mode)) {
    const lying = pieces && format !== undefined ? { pieces, format } : undefined;
    return graphDamage(saved, { mode, share, seed }, lying).map((piece) => ({ ...piece, at: offset + piece.at }));
  }
  if (mode === "pages") return zeroed(damage, saved);
  const rows = rowsOf(damage.runs);
  const rowHeld = (n: number): Uint8Array => saved.subarray(n * rowBytes, (n + 1) * rowBytes);
  const standIn = (was: Uint8Array, row: number, n: number): Uint8Array => {
    if (mode === "swap" || mode === "replace") return rowHeld((n + Math.floor(rows.length / 2)) % rows.length);
    // The other one of its pair: 0 and 1, 2 and 3.
    if (mode === "pairs") return rowHeld(n % 2 === 0 ? n + 1 : n - 1);
    if (mode === "shift") return rowHeld((n + 1) % rows.length);
    if (mode === "stride") return saved.subarray(n * (rowBytes - 4 * short), n * (rowBytes - 4 * short) + rowBytes);
    if (mode === "error-body" || mode === "other-axes") return keptInstead(was, mode);
    return mode === "turn" ? turned(was, seed) : damagedFrom(was, row, { ...damage, mode });
  };
  const lying = damage.pieces && stretchesOf(damage.pieces, rowBytes, rows);
  return rows.flatMap((row, n) => {
    const was = rowHeld(n);
    return cutInto(lying?.[n] ?? [[offset + row * rowBytes, rowBytes]], was, standIn(was, row, n));
  });
}

/** Does it concern the graph behind the rows, and not the rows? */
export function isOfGraph(mode: RowDamage["mode"]): mode is GraphMode {
  return (graphModes as readonly string[]).includes(mode);
}

function zeroed({ offset, runs }: RowDamage, saved: Uint8Array): FileDamage["pieces"] {
  let from = 0;
  return runs.map(([at, length]) => {
    const was = saved.subarray(from, (from += length));
    return { at: offset + at, was, damaged: new Uint8Array(length) };
  });
}

/** One piece of damage for each stretch that a row lies in. What holds the same afterwards is none, and is left out. */
function cutInto(stretches: readonly Stretch[], was: Uint8Array, damaged: Uint8Array): FileDamage["pieces"] {
  let from = 0;
  return stretches.flatMap(([at, bytes]) => {
    const [first, behind] = [from, (from += bytes)];
    const piece = { at, was: was.subarray(first, behind), damaged: damaged.subarray(first, behind) };
    return piece.was.every((byte, n) => byte === piece.damaged[n]) ? [] : [piece];
  });
}

/**
 * The row's floats in another order, the same for all rows: all distances between rows stay, and none to a question's
 * vector does. So are vectors of another model of the same dimension.
 */
function turned(was: Uint8Array, seed: number): Uint8Array {
  const floats = was.length / 4;
  const by = 1 + Math.floor(seededRandom(seed, "index.older-generation turn").next() * (floats - 1));
  return Buffer.concat([was.subarray(by * 4), was.subarray(0, by * 4)]);
}

function tooShort({ path }: RowDamage): HarnessError {
  return new HarnessError("environment", `${path} is shorter than the row range it was published with`);
}
