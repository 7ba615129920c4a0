// usearch behind the port: one file, mapped, so that what happens to its bytes happens to the answers at once.
import { closeSync, openSync, readSync } from "node:fs";
import { floats } from "../../embedder/cache.ts";
import { extendIndex, openIndex, writeIndex } from "../index-file.ts";
import { PAYLOAD_OFFSET, ROW_BYTES } from "../layout.ts";
import type { VectorEngine } from "./engine.ts";

export const usearch: VectorEngine = {
  name: "usearch",
  reads: "always",
  build: async (vectors, index) => writeIndex(vectors, index),
  extend: async (source, added, target) => extendIndex(source, added, target),
  async open(file) {
    const index = await openIndex(file);
    // The library gives no vector back, so it is read where the library has it: rows lie in the order of their labels.
    const handle = openSync(file, "r");
    return {
      rows: index.rows,
      search: async (vector, k) => index.search(vector, k),
      vectorOf: async (row) => (row < index.rows ? readRow(handle, row) : undefined),
      close: async () => closeSync(handle),
    };
  },
  locate: async (_index, rows) => ({ file: "", layout: { offset: PAYLOAD_OFFSET, rowBytes: ROW_BYTES, rows } }),
};

function readRow(file: number, row: number): Float32Array | undefined {
  const found = new Uint8Array(ROW_BYTES);
  if (readSync(file, found, 0, ROW_BYTES, PAYLOAD_OFFSET + row * ROW_BYTES) < ROW_BYTES) return undefined;
  return floats(found);
}
