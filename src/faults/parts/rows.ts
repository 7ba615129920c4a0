// Rows of a published file as index.corruption handles them: chosen, saved, and told apart as pieces of damage.

import { HarnessError } from "../../core/errors.ts";
import type { FileDamage, OpenFile } from "../../core/file-damage.ts";
import type { FileControl } from "../../core/controls.ts";
import { damagedFrom, type DamageMode, type RowRun } from "./row-damage.ts";
import type { PublishedFile } from "../../records/inventory.ts";

/** Which rows of which file, and what stands in for them: enough to recognise our damage in a later process. */
export type RowDamage = {
  readonly path: string;
  readonly offset: number;
  readonly rowBytes: number;
  /** Of mode truncate: the rows that are cut off. */
  readonly runs: readonly RowRun[];
  /** Swap: each chosen row holds what another of them held. */
  readonly mode: DamageMode | "swap";
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
  const { rows, rowBytes } = file.payload;
  if (rows > 0 && rowBytes > 0 && rowBytes % 4 === 0) return file;
  throw new HarnessError("environment", `${file.path}: ${rows} rows of ${rowBytes} bytes are not rows of float32`);
}

/** Where the chosen runs lie: `[first byte, bytes]`. */
export function placesOf({ offset, rowBytes, runs }: RowDamage): readonly (readonly [number, number])[] {
  return runs.map(([first, count]) => [offset + first * rowBytes, count * rowBytes]);
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
  let from = 0;
  const pieces = damage.runs.flatMap(([first, count]) =>
    Array.from({ length: count }, (_, index) => {
      const was = saved.subarray(from, (from += rowBytes));
      const row = first + index;
      return { at: damage.offset + row * rowBytes, was, damaged: damagedFrom(was, row, { ...damage, mode }) };
    }),
  );
  return { ...of, pieces };
}

/**
 * Each row holds what the one half of all of them further on held: what lies side by side was written together, and
 * would still be of the same origin. A row that holds the same afterwards is no damage, and is left out.
 */
function swapped({ offset, rowBytes, runs }: RowDamage, saved: Uint8Array): FileDamage["pieces"] {
  const rows = runs.flatMap(([first, count]) => Array.from({ length: count }, (_, index) => first + index));
  const heldBy = (n: number): Uint8Array => saved.subarray(n * rowBytes, (n + 1) * rowBytes);
  const half = Math.floor(rows.length / 2);
  return rows.flatMap((row, n) => {
    const [was, damaged] = [heldBy(n), heldBy((n + half) % rows.length)];
    return was.every((byte, at) => byte === damaged[at]) ? [] : [{ at: offset + row * rowBytes, was, damaged }];
  });
}

function tooShort({ path }: RowDamage): HarnessError {
  return new HarnessError("environment", `${path} is shorter than the row range it was published with`);
}
