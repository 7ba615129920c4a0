// usearch behind the port: one file, mapped, so that what happens to its bytes happens to the answers at once.
import { extendIndex, openIndex, writeIndex } from "../index-file.ts";
import { PAYLOAD_OFFSET, ROW_BYTES } from "../layout.ts";
import type { VectorEngine } from "./engine.ts";

export const usearch: VectorEngine = {
  name: "usearch",
  reads: "always",
  build: async (vectors, index) => writeIndex(vectors, index),
  extend: async (source, added, target) => extendIndex(source, added, target),
  async open(file) {
    const { rows, search, vectorOf, close } = await openIndex(file);
    return {
      rows,
      search: async (vector, k) => search(vector, k),
      vectorOf: async (row) => vectorOf(row),
      close: async () => close(),
    };
  },
  locate: async (_index, rows) => ({ file: "", layout: { offset: PAYLOAD_OFFSET, rowBytes: ROW_BYTES, rows } }),
};
