// Rows that do not lie in one piece: an engine may keep links beside each row, or cut its rows into pages. What is
// published is stretches of bytes that hold the rows one after another.

import type { PublishedFile } from "../../records/inventory.ts";

/** `count` stretches of `bytes` bytes, one each `every` bytes from `at`. */
export type Piece = NonNullable<PublishedFile["payload"]["pieces"]>[number];

/** `[first byte, bytes]` of a file. */
export type Stretch = readonly [at: number, bytes: number];

/** Where each of these rows lies, in the order of its bytes; a row that goes on in the next stretch lies in two. */
export function stretchesOf(
  pieces: readonly Piece[],
  rowBytes: number,
  rows: readonly number[],
): readonly (readonly Stretch[])[] {
  const begins: number[] = [];
  let held = 0;
  for (const { bytes, count } of pieces) {
    begins.push(held);
    held += bytes * count;
  }
  return rows.map((row) => {
    const found: Stretch[] = [];
    for (let at = row * rowBytes; at < (row + 1) * rowBytes;) {
      const index = lastAtOrBefore(begins, at);
      const { at: from, bytes, every, count } = pieces[index] ?? { at: 0, bytes: 1, every: 0, count: 0 };
      const within = at - (begins[index] ?? 0);
      const [stretch, into] = [Math.floor(within / bytes), within % bytes];
      if (stretch >= count) return found;
      const length = Math.min(bytes - into, (row + 1) * rowBytes - at);
      found.push([from + stretch * every + into, length]);
      at += length;
    }
    return found;
  });
}

function lastAtOrBefore(begins: readonly number[], at: number): number {
  let [low, high] = [0, begins.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((begins[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** How many bytes of rows the pieces hold. */
export function heldBy(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { bytes, count }) => sum + bytes * count, 0);
}
