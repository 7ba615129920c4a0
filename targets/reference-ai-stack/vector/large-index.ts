// An index of very many rows. Most of the time goes into comparing vectors while the graph is made, and half the bytes
// take half the time; a graph only says where a search goes on, and what it finds is told by the whole vectors. So the
// library makes the graph of vectors of 16 bits a number, and the file is put together of that graph and the whole
// vectors: as the library itself would write it, which has no call for that.
import { closeSync, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import type { Index } from "usearch";
import { bytes, DIMENSIONS } from "../embedder/cache.ts";
import { PAYLOAD_OFFSET, ROW_BYTES } from "./layout.ts";

const HALF_ROW_BYTES = ROW_BYTES / 2;
/** Behind the vectors: 7 bytes of a name, three versions and the metric; then how numbers are kept. */
const KIND_AT = 14;
/** As the library numbers them: 16 bits (`bf16`), 32 bits (`f32`). Its `scalar_kind_t`, 2.25. */
const [HALF, WHOLE] = [4, 11];
const ROWS_AT_ONCE = 4096;

/**
 * Writes the index of the vectors, row i under label i, to `file`, where nothing is. `half`: an empty index of 16 bits
 * a number. Throws when the library's file is not laid out as this one has to be.
 */
export function writeLargeIndex(vectors: readonly Float32Array[], file: string, half: Index): void {
  for (let row = 0; row < vectors.length; row += ROWS_AT_ONCE) {
    const some = vectors.slice(row, row + ROWS_AT_ONCE);
    half.add(
      BigUint64Array.from(some, (_, at) => BigInt(row + at)),
      joined(some),
      1,
    );
  }
  const draft = `${file}.half`;
  const target = openSync(file, "wx");
  try {
    half.save(draft);
    const graph = behindVectors(draft, vectors.length);
    const counts = Buffer.alloc(PAYLOAD_OFFSET);
    counts.writeUInt32LE(vectors.length, 0);
    counts.writeUInt32LE(ROW_BYTES, 4);
    writeAll(target, counts);
    for (let row = 0; row < vectors.length; row += ROWS_AT_ONCE) {
      writeAll(target, bytes(joined(vectors.slice(row, row + ROWS_AT_ONCE))));
    }
    writeAll(target, graph);
  } finally {
    closeSync(target);
    rmSync(draft, { force: true });
  }
}

/** One behind the other. */
function joined(vectors: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(vectors.length * DIMENSIONS);
  vectors.forEach((vector, row) => all.set(vector, row * DIMENSIONS));
  return all;
}

/** Header and graph of a file of 16 bits a number, for whole vectors. */
function behindVectors(draft: string, rows: number): Buffer {
  const from = PAYLOAD_OFFSET + rows * HALF_ROW_BYTES;
  const found = Buffer.alloc(Math.max(0, statSync(draft).size - from));
  const source = openSync(draft, "r");
  try {
    readSync(source, found, 0, found.length, from);
  } finally {
    closeSync(source);
  }
  const kind = found[KIND_AT];
  if (kind !== HALF) throw new Error(`${draft} keeps numbers of kind ${kind}; expected ${HALF}`);
  found[KIND_AT] = WHOLE;
  return found;
}

function writeAll(file: number, all: Uint8Array): void {
  for (let from = 0; from < all.length;) from += writeSync(file, all, from);
}
