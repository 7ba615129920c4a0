// The table of what sees which silent damage, on a small index: what must hold of it whatever the figures.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { DAMAGES } from "../programs/matrix-retrieval/damages.ts";
import { measureMatrix, type Row } from "../programs/matrix-retrieval/matrix.ts";

let measured: readonly Row[];
beforeAll(async () => {
  measured = await measureMatrix({ rows: 200, looks: 8 });
}, 120_000);

const rowOf = (name: string): Row | undefined => measured.find(({ damage }) => damage.name.startsWith(name));

test("no signal speaks of a whole index, and at least one of every damage", () => {
  expect([...(rowOf("none")?.spokeAt.keys() ?? ["not measured"])]).toEqual([]);
  const unseen = measured.filter(({ damage, spokeAt }) => damage.name !== "none" && spokeAt.size === 0);
  expect(unseen.map(({ damage }) => damage.name)).toEqual([]);
});

test("an older generation finds all of itself by its own vectors, under a hash and a count that fit, and is seen", () => {
  expect(rowOf("older generation")).toMatchObject({ int: 1, hashFits: true, countFits: true, differing: 1 });
  expect(rowOf("older generation")?.ext).toBeLessThan(0.1);
  expect(rowOf("older generation")?.spokeAt.get("stored-vectors-differ")).toBe(1);
});

test("the newest rows are missed in the first look, though they are few", () => {
  expect(rowOf("newest")?.spokeAt.get("self-retrieval-low")).toBe(1);
});

test("rows without a record and one answer to all are seen in the first look, under a hash and a count that fit", () => {
  for (const name of ["5 % of rows go by", "no row has a link"]) {
    expect(rowOf(name)).toMatchObject({ hashFits: true, countFits: true, differing: 0 });
    expect(rowOf(name)?.spokeAt.get("answers-misshapen")).toBe(1);
  }
});

test("every damage has its row in the published table", async () => {
  const readme = await readFile(join(import.meta.dirname, "../../targets/reference-ai-stack/README.md"), "utf8");
  const missing = DAMAGES.filter(({ name }) => !readme.includes(`| ${name} |`));
  expect(missing.map(({ name }) => name)).toEqual([]);
});
