// Passages of a record store with the words that were embedded of each.
import { bytes } from "../embedder/cache.ts";
import { embeddedText } from "./embedded-text.ts";
import type { RecordStore } from "./record-store.ts";
import { newestRows, someRows } from "./sampling.ts";

/** How vectors are written, by the names of `/v1/embeddings`. */
export const VECTOR_FORMATS = ["float", "base64"] as const;
const VECTORS_AS = {
  float: shortened,
  base64: (vector: Float32Array): string => Buffer.from(bytes(vector)).toString("base64"),
} as const;

interface EmbeddedSample {
  readonly n: number;
  readonly seed: number;
  readonly format: (typeof VECTOR_FORMATS)[number];
}

/** Passages with what each was embedded of: the newest of each model, the newest of all, and others by the seed. */
export function embeddedSample(records: RecordStore, { n, seed, format }: EmbeddedSample): readonly object[] {
  const newest = newestRows(records.count(), n, records.removed);
  const others = someRows(records.count(), n, seed, records.removed);
  const rows = new Set([...records.newestOfEach(n), ...newest, ...others]);
  return [...rows].flatMap((row) => {
    const passage = records.textOf(records.idOf(row) ?? "");
    if (passage === undefined) return [];
    const lineage = records.lineageOf(row);
    const vector = VECTORS_AS[format](records.vectorOf(row));
    return [{ id: passage.id, model: lineage?.model ?? null, embeds: embeddedText(passage, lineage), vector }];
  });
}

/**
 * A 32-bit float holds seven digits; the seventeen that JSON would write for it cost both sides time and say no more.
 */
export function shortened(vector: Float32Array): readonly number[] {
  return Array.from(vector, (component) => Number(component.toPrecision(7)));
}
