// Rows of a published file as index.corruption handles them: chosen, saved, and told apart as pieces of damage.

import { HarnessError } from "../../core/errors.ts";
import type { FileDamage, OpenFile } from "../../core/file-damage.ts";
import type { FileControl } from "../../core/controls.ts";
import { damagedFrom, keptInstead, type DamageMode, type KeptMode, type RowRun } from "./row-damage.ts";
import { heldBy, stretchesOf, type Piece, type Stretch } from "./row-pieces.ts";
import type { PublishedFile } from "../../records/inventory.ts";

/** Which rows of which file, and what stands in for them: enough to recognise our damage in a later process. */
export type RowDamage = {
  readonly path: string;
  readonly offset: number;
  readonly rowBytes: number;
  /** Of rows that do not lie in one piece from the offset: the stretches that hold them, one after another. */
  readonly pieces?: readonly Piece[];
  /** Of mode truncate: the rows that are cut off. */
  readonly runs: readonly RowRun[];
  /** Swap: each chosen row holds what another of them held. */
  readonly mode: DamageMode | KeptMode | "swap";
  readonly seed: number;
  /** Share of each row, for mode part. */
  readonly part?: number;
};

/** Where a file is cut: it ends at `at` bytes, and `edge` bytes before are kept to know it again. */
export type Cut = { readonly at: number; readonly size: number; readonly edge: number };

const edgeBytes = 4_096;

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
  const places = cut === undefined ? placesOf(damage) : ([[cut.at - cut.edge, cut.edge + cut.size - cut.at]] as const);
  const saved = new Uint8Array(places.reduce((sum, [, length]) => sum + length, 0));
  let to = 0;
  for (const [at, length] of places) {
    const bytes = file.read(at, length);
    if (bytes.length !== length) throw tooShort(damage);
    saved.set(bytes, to);
    to += length;
  }
  return saved;
}

/** The damage as pieces, one a row, from what was saved. */
export function damageFrom(
  damage: RowDamage,
  saved: Uint8Array,
  { file, cut }: { readonly file?: string | undefined; readonly cut?: Cut | undefined },
): FileDamage {
  const { path, rowBytes } = damage;
  const of = { path, ...(file !== undefined && { file }) };
  if (cut !== undefined) {
    return {
      ...of,
      pieces: [],
      end: { at: cut.at, edge: saved.subarray(0, cut.edge), tail: saved.subarray(cut.edge) },
    };
  }
  if (damage.mode === "swap") return { ...of, pieces: swapped(damage, saved) };
  const { mode } = damage;
  const rows = rowsOf(damage.runs);
  const lying = damage.pieces && stretchesOf(damage.pieces, rowBytes, rows);
  const pieces = rows.flatMap((row, n) => {
    const was = saved.subarray(n * rowBytes, (n + 1) * rowBytes);
    const isKept = mode === "error-body" || mode === "other-axes";
    const damaged = isKept ? keptInstead(was, mode) : damagedFrom(was, row, { ...damage, mode });
    return cutInto(lying?.[n] ?? [[damage.offset + row * rowBytes, rowBytes]], was, damaged);
  });
  return { ...of, pieces };
}

/** One piece of damage for each stretch that a row lies in. */
function cutInto(stretches: readonly Stretch[], was: Uint8Array, damaged: Uint8Array): FileDamage["pieces"] {
  let from = 0;
  return stretches.map(([at, bytes]) => {
    const [first, behind] = [from, (from += bytes)];
    return { at, was: was.subarray(first, behind), damaged: damaged.subarray(first, behind) };
  });
}

/**
 * Each row holds what the one half of all of them further on held: what lies side by side was written together, and
 * would still be of the same origin. A row that holds the same afterwards is no damage, and is left out.
 */
function swapped({ offset, rowBytes, runs }: RowDamage, saved: Uint8Array): FileDamage["pieces"] {
  const rows = rowsOf(runs);
  const rowHeld = (n: number): Uint8Array => saved.subarray(n * rowBytes, (n + 1) * rowBytes);
  const half = Math.floor(rows.length / 2);
  return rows.flatMap((row, n) => {
    const [was, damaged] = [rowHeld(n), rowHeld((n + half) % rows.length)];
    return was.every((byte, at) => byte === damaged[at]) ? [] : [{ at: offset + row * rowBytes, was, damaged }];
  });
}

function tooShort({ path }: RowDamage): HarnessError {
  return new HarnessError("environment", `${path} is shorter than the row range it was published with`);
}
