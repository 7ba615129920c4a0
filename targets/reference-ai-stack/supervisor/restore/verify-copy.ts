// Whether an index file that nobody serves yet is fit to be served: opened and asked here, in a process that may go
// down with it. What a source says of itself proves nothing: a file of another generation has a manifest that fits.

import type { VectorEngine } from "../../vector/engines/engine.ts";
import { byRow, type Holding } from "../../vector/held-rows.ts";
import { openRecords } from "../../vector/record-store.ts";
import { sameVector } from "../../vector/same-vector.ts";
import { newestRows, someRows } from "../../vector/sampling.ts";

/** Rows that are looked for, and all of the newest so many besides: an index of before lacks exactly these. */
const SAMPLE = 256;
const NEWEST = 64;
/** Of them, so many may be led past by the graph; a healthy one leads to all. */
const LEAST_FOUND = 0.99;

/**
 * What is wrong with the index, in words, or null: held against the record store beside which it is to be served. Rows
 * that were removed, or written again since it was made, are passed over when it serves.
 */
export async function complaintOf(
  file: string,
  records: string,
  { engine, ...holding }: Holding & { readonly engine: VectorEngine },
): Promise<string | null> {
  const store = openRecords(records);
  const index = byRow(await engine.open(file), holding);
  const { rows, without = [], changes = 0 } = holding;
  const passedOver = new Set([...store.removed, ...store.rewrittenSince(changes), ...without]);
  try {
    if (index.rows !== rows) return `it holds ${index.rows} rows instead of ${rows}`;
    const newest = newestRows(rows, NEWEST, passedOver);
    const sample = [...new Set([...newest, ...someRows(rows, SAMPLE, rows, passedOver)])];
    const held = await Promise.all(sample.map((row) => index.vectorOf(row)));
    const differing = sample.filter((row, at) => !sameVector(held[at], store.vectorOf(row)));
    if (differing.length > 0) {
      return `of ${sample.length} rows ${differing.length} have another vector than in the record store`;
    }
    const found = await Promise.all(
      sample.map(async (row) => {
        const [first] = await index.search(store.vectorOf(row), 1);
        // Of two records with one vector either will do.
        return first !== undefined && sameVector(await index.vectorOf(first.row), store.vectorOf(row));
      }),
    );
    const missed = found.filter((isFound) => !isFound).length;
    if (sample.length - missed >= LEAST_FOUND * sample.length) return null;
    return `of ${sample.length} rows ${missed} are not found by their own vectors`;
  } finally {
    await index.close();
    store.close();
  }
}
