// Which rows index.corruption damages and what with: a function of the seed alone, so that the way back can tell our
// bytes from others'.

import { HarnessError } from "../../core/errors.ts";
import { pick, seededRandom } from "../../core/random.ts";

/** zero: all bytes 0 · noise: floats drawn from (−1, 1) · nan: float32 NaN in every place. */
const fills = ["zero", "noise", "nan"] as const;
/**
 * Besides the three that overwrite whole rows: part: noise in a stretch of each row · flip: bytes at seeded offsets of
 * each row inverted · truncate: the file ends before the last rows · replace: each row holds what another damaged one
 * held · shift: each of the last rows holds what the next one held · pages: pages of 4 KiB of the file are zeros ·
 * links: the rows stay, and the links that lead to them lead elsewhere.
 */
export const damageModes = [...fills, "part", "flip", "truncate", "replace", "shift", "pages", "links"] as const;
export type DamageMode = (typeof damageModes)[number];

/**
 * What caches are made to keep. error-body: the row holds an error, as JSON, and zeros behind it · other-axes: the
 * row's floats in reverse order, as a model of equal length might have made them: as long, as far from each other when
 * all are so, and of no meaning beside others.
 */
export type KeptMode = "error-body" | "other-axes";

/** Short: rows may be. In the shape of OpenAI's API. */
const errorBody = JSON.stringify({ error: { message: "timeout" } });

/** What stands in for one row, whichever it is. Throws HarnessError "environment" where an error does not fit. */
export function keptInstead(original: Uint8Array, mode: KeptMode): Uint8Array {
  const damaged = new Uint8Array(original.length);
  if (mode === "error-body") {
    const bytes = new TextEncoder().encode(errorBody);
    if (bytes.length > damaged.length) {
      throw new HarnessError(
        "environment",
        `an error body of ${bytes.length} bytes does not fit into ${damaged.length}`,
      );
    }
    damaged.set(bytes);
    return damaged;
  }
  for (let at = 0; at + 4 <= original.length; at += 4) {
    damaged.set(original.subarray(at, at + 4), original.length - 4 - at);
  }
  return damaged;
}

/** A run of neighbouring rows: `[first, count]`. */
export type RowRun = readonly [first: number, count: number];

/** Chooses `share` of the rows (at least one), seeded, and returns them as runs in rising order. */
export function chooseRows(rows: number, share: number, seed: number): readonly RowRun[] {
  const random = seededRandom(seed, "index.corruption rows");
  const wanted = Math.max(1, Math.round(rows * share));
  // Partial Fisher–Yates: every set of rows is equally likely.
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  for (let at = 0; at < wanted; at += 1) {
    const other = at + Math.floor(random.next() * (rows - at));
    const held = order[at] ?? 0;
    order[at] = order[other] ?? 0;
    order[other] = held;
  }
  return runsOf(order.subarray(0, wanted).toSorted());
}

function runsOf(sorted: Uint32Array): readonly RowRun[] {
  const runs: [number, number][] = [];
  for (const row of sorted) {
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === row) last[1] += 1;
    else runs.push([row, 1]);
  }
  return runs;
}

/**
 * Of the bytes of a row that is flipped, one in so many is inverted: enough to hit the exponents of some of its floats.
 */
const flipEvery = 4;

/** How a row is damaged; `part`: share of its floats, for mode part. */
export interface RowHarm {
  readonly mode: DamageMode;
  readonly seed: number;
  readonly part?: number;
}

/**
 * What stands in for one row that was `original`; its length must be a multiple of 4 (rows are little-endian float32).
 */
export function damagedFrom(original: Uint8Array, row: number, { mode, seed, part = 1 }: RowHarm): Uint8Array {
  if (mode === "flip") return flipped(original, row, seed);
  if (mode !== "part") return damagedRow(mode, row, original.length, seed);
  const floats = original.length / 4;
  const count = Math.max(1, Math.round(floats * part));
  const first = Math.floor(seededRandom(seed, `index.corruption part of row ${row}`).next() * (floats - count + 1));
  // A copy also of a Buffer, whose slice would be the original itself.
  const damaged = Uint8Array.from(original);
  damaged.set(damagedRow("noise", row, count * 4, seed), first * 4);
  return damaged;
}

function flipped(original: Uint8Array, row: number, seed: number): Uint8Array {
  const random = seededRandom(seed, `index.corruption flips of row ${row}`);
  const damaged = Uint8Array.from(original);
  const wanted = Math.max(1, Math.round(original.length / flipEvery));
  const offsets = new Set<number>();
  while (offsets.size < wanted) offsets.add(Math.floor(random.next() * original.length));
  for (const at of offsets) damaged[at] = 0xff ^ (original[at] ?? 0);
  return damaged;
}

/** The bytes that stand in for one whole row. */
export function damagedRow(mode: DamageMode, row: number, rowBytes: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(rowBytes);
  if (mode === "zero") return bytes;
  const view = new DataView(bytes.buffer);
  const random = seededRandom(seed, `index.corruption row ${row}`);
  for (let at = 0; at + 4 <= rowBytes; at += 4) {
    view.setFloat32(at, mode === "nan" ? Number.NaN : pick(random, [-1, 1]) * random.next(), true);
  }
  return bytes;
}
