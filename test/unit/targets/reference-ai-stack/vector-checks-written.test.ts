// What a replica finds out about its own index while documents are written and removed, and of one of which most rows
// were removed: none of that is damage.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { VectorEngine } from "../../../../targets/reference-ai-stack/vector/engines/engine.ts";
import { openChecked } from "../../../../targets/reference-ai-stack/vector/engines/open-checked.ts";
import { usearch } from "../../../../targets/reference-ai-stack/vector/engines/usearch.ts";
import { filesIn, type IndexFiles } from "../../../../targets/reference-ai-stack/vector/layout.ts";
import { openReplica, type VectorReplica } from "../../../../targets/reference-ai-stack/vector/replica.ts";
import { serve } from "../../../../targets/reference-ai-stack/vector/serving.ts";
import { buildIndexFolder } from "../../../../targets/reference-ai-stack/vector/snapshot.ts";

const ROWS = 40;
let dir: string;
let files: IndexFiles;
let replica: VectorReplica;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "vector-checks-"));
  files = filesIn(join(dir, "vector-1"));
  const rows = Array.from({ length: ROWS }, (_, n) => ({ id: `r${n}`, title: "", text: "", vector: vectorOf(n) }));
  await buildIndexFolder(files, "corpus", rows);
  replica = await openReplica(files);
});
afterEach(async () => {
  await replica.close();
  await rm(dir, { recursive: true, force: true });
});

/** Every number its own direction. */
function vectorOf(n: number): Float32Array {
  return Float32Array.from({ length: 512 }, (_, i) => Math.sin((n + 1) * (i + 1)));
}

/** A version of a document, or its removal. */
function rewrite(row: number, version: number, vector: Float32Array | undefined): void {
  const lineage = { source: "s", batch: "b", schema: 1, model: "m", tags: [] };
  const passages = vector === undefined ? [] : [{ id: `r${row}`, title: "", text: `${version}`, vector }];
  replica.write({ document: `r${row}`, version, ...lineage, passages });
}

/** Where each search of the file is followed by one of these before it is answered, as long as there are any. */
function busyWith(meanwhile: (() => void)[]): VectorEngine {
  return {
    ...usearch,
    async open(file) {
      const index = await usearch.open(file);
      const search: typeof index.search = async (vector, k) => {
        const hits = await index.search(vector, k);
        meanwhile.pop()?.();
        return hits;
      };
      return { ...index, search };
    },
  };
}

it("judges no row, and no answer with a row, that is written or removed while it looks", async () => {
  await replica.close();
  const meanwhile = [
    () => rewrite(3, 1, vectorOf(ROWS + 3)),
    () => rewrite(5, 1, undefined),
    () => rewrite(9, 1, vectorOf(ROWS + 9)),
  ];
  replica = await openReplica(files, busyWith(meanwhile));
  const view = await replica.selfRetrieval(ROWS, undefined);
  expect(meanwhile).toEqual([]);
  expect(view).toMatchObject({ share: 1, missed: [], differing: [], internal: { share: 1 } });
  expect(view.shape).toMatchObject({ short: 0, unknown: 0, repeated: 0 });
  expect(view.checked).toBeLessThan(ROWS);
  // They have their turn in the next look, as they are by then.
  expect(await replica.selfRetrieval(ROWS, undefined)).toMatchObject({ share: 1, checked: ROWS - 1 });
});

it("finds as many as were asked for where one of them is removed, or written again, while the file is searched", async () => {
  const { records } = replica;
  const { manifest, index } = await openChecked(usearch, files);
  const [first, second] = (await index.search(vectorOf(7), 2)).map((hit) => hit.row);
  const meanwhile = [() => serving.drop(first ?? 0), () => serving.put(second ?? 0, vectorOf(7))];
  const search: typeof index.search = async (vector, k) => {
    const hits = await index.search(vector, k);
    for (const act of meanwhile.splice(0)) act();
    return hits;
  };
  const serving = serve({ ...index, search }, manifest, records);
  const hits = await serving.search(vectorOf(7), 4);
  expect(hits).toHaveLength(4);
  expect([hits[0]?.row, hits.some(({ row }) => row === first)]).toEqual([second, false]);
  await serving.close();
});

it("finds a document that is written again while it is looked for", async () => {
  await replica.close();
  const again = [() => rewrite(3, 1, vectorOf(ROWS + 3))];
  replica = await openReplica(files, busyWith(again));
  expect(await replica.findable("r3")).toMatchObject({ id: "r3", text: "1" });
});

it("checks as many rows as are asked for where nearly all were removed, and says no share where none is left", async () => {
  for (let row = 4; row < ROWS; row += 1) rewrite(row, 1, undefined);
  const view = await replica.selfRetrieval(4, undefined);
  expect(view).toMatchObject({ share: 1, checked: 4, internal: { share: 1, checked: 1 } });
  expect(await replica.selfRetrieval(4, 7)).toMatchObject({ checked: 4 });
  for (let row = 0; row < 4; row += 1) rewrite(row, 1, undefined);
  const none = await replica.selfRetrieval(4, undefined);
  expect(none).toMatchObject({ checked: 0, internal: { checked: 0 }, shape: { answers: 0 } });
  expect([none, none.internal].some((one) => "share" in one)).toBe(false);
});
