// Which rows index.corruption damages and what with: a function of the seed alone, so that the way back can tell our bytes from others'.

import { pick, seededRandom } from "../../core/random.ts";

/** zero: all bytes 0 · noise: floats drawn from (−1, 1) · nan: float32 NaN in every place. */
export const damageModes = ["zero", "noise", "nan"] as const;
export type DamageMode = (typeof damageModes)[number];

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

/** The bytes that stand in for one row (`rowBytes` must be a multiple of 4: rows are little-endian float32). */
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

/**
 * True when the bytes are our damage, in whole or in part: each one is either the original's or the damage's, and they
 * are not simply the original. (In part: the harness died in the middle of a write.)
 */
export function bearsDamage(now: Uint8Array, original: Uint8Array, damaged: Uint8Array): boolean {
  if (now.length !== original.length) return false;
  let changed = false;
  for (const [at, byte] of now.entries()) {
    if (byte === original[at]) continue;
    if (byte !== damaged[at]) return false;
    changed = true;
  }
  return changed;
}
