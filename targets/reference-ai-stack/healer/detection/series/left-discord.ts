// How unlike anything before is the shape of the last samples? The distance of the last window to its nearest neighbour
// among all windows of the past (left matrix profile, Yeh and others 2016; the left discord of Lu and others 2022).
import type { Feature } from "./series.ts";

/** Euclidean distance of the last `width` samples to the nearest earlier window that does not overlap them. */
export function leftDiscord(width: number): Feature {
  const values: number[] = [];
  // By the first sample of a window: its sum of squares, and its product with the last window.
  const squares: number[] = [];
  const products: number[] = [];
  return (sample) => {
    values.push(sample.value);
    const start = values.length - width;
    if (start < 0) return Number.NaN;
    squares.push(productOf(values, { width, at: start, with: start }));
    // Each product follows from the one of both windows' predecessors; the first has none.
    const entering = sample.value;
    const leaving = values[start - 1] ?? 0;
    for (let at = start - 1; at > 0; at -= 1) {
      const before = products[at - 1] ?? 0;
      products[at] = before + entering * (values[at + width - 1] ?? 0) - leaving * (values[at - 1] ?? 0);
    }
    products[0] = productOf(values, { width, at: start, with: 0 });
    let nearest = Infinity;
    const own = squares[start] ?? 0;
    for (let at = 0; at <= start - width; at += 1) {
      const distance = own + (squares[at] ?? 0) - 2 * (products[at] ?? 0);
      if (distance < nearest) nearest = distance;
    }
    return nearest === Infinity ? Number.NaN : Math.sqrt(Math.max(0, nearest));
  };
}

function productOf(values: readonly number[], windows: { width: number; at: number; with: number }): number {
  let sum = 0;
  for (let k = 0; k < windows.width; k += 1) sum += (values[windows.at + k] ?? 0) * (values[windows.with + k] ?? 0);
  return sum;
}
