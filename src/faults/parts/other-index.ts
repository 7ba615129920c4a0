// Another index of the same rows in the place of the whole one, whichever engine that is known it is of.

import { firstMarked, byEuclid, otherLengths } from "./sqlite-vec-tables.ts";
import type { Lying } from "./graph.ts";
import { firstRows } from "./usearch-first-rows.ts";
import { byInnerProduct } from "./usearch-metric.ts";

/** The index of the first rows alone. Throws for a file of no engine that is known. */
export function fewRows(file: Uint8Array, lying: Lying, keep: number): Uint8Array {
  return lying.pieces === undefined ? firstRows(file, lying, keep) : firstMarked(file, keep);
}

/**
 * The index that other code has built, which does not make vectors equally long, and compares by another metric than
 * cosine. Chroma makes them so before it stores them, and compares by the inner product alone.
 */
export function byOtherMetric(
  file: Uint8Array,
  lying: Lying,
  { times, seed }: { readonly times: number; readonly seed: number },
): Uint8Array {
  const { pieces, format } = lying;
  if (pieces === undefined) return byInnerProduct(file, lying, { times, seed });
  if (format === "sqlite-vec") return byEuclid(file, { ...lying, pieces }, { times, seed });
  return otherLengths(file, { ...lying, pieces }, { times, about: 1, seed });
}
