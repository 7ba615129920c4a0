// What is left of an index must be less than what it has: else there is nothing to prove.
import { expect, test } from "vitest";
import type { Controls } from "../../../../src/core/controls.ts";
import { indexNearlyEmpty } from "../../../../src/faults/vector/index-nearly-empty.ts";

test.each([1, 2])(
  "an index of %i rows of which 2 should be left is refused before anything is touched",
  async (rows) => {
    const published = { role: "index", path: "/index", format: "f32", payload: { offset: 0, rowBytes: 16, rows } };
    const controls = {
      files: { published: () => Promise.resolve(published) },
      edits: {},
      vectors: {},
      backups: {},
      replica: {},
    } as unknown as Controls;
    const site = { service: "vec", replica: "vec-1", seed: 1, undoDir: "/nowhere", controls };
    await expect(indexNearlyEmpty.prepare({ rows: 2 }, site)).rejects.toThrow(
      `vec-1 has ${rows} rows in all: with 2 left none is lost`,
    );
  },
);
