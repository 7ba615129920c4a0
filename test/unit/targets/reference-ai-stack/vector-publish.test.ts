// Whoever is killed while a generation of an index is put in place leaves the old one or the new one, whole.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { markOf } from "../../../../targets/reference-ai-stack/common/process-mark.ts";
import { forgetServed, nextServed } from "../../../../targets/reference-ai-stack/vector/engines/served-copy.ts";
import { hashIndex } from "../../../../targets/reference-ai-stack/vector/engines/generation.ts";
import { PUBLISH_STEPS, publish, settle } from "../../../../targets/reference-ai-stack/vector/engines/publish.ts";
import { usearch } from "../../../../targets/reference-ai-stack/vector/engines/usearch.ts";
import { filesIn, type Manifest } from "../../../../targets/reference-ai-stack/vector/layout.ts";
import { readLivingRows } from "../../../../targets/reference-ai-stack/vector/record-store.ts";
import { openReplica } from "../../../../targets/reference-ai-stack/vector/replica.ts";
import { buildIndexFolder, readManifest } from "../../../../targets/reference-ai-stack/vector/snapshot.ts";

const ROWS = 20;
/** No process has it: the greatest that Linux gives is 4,194,304. */
const GONE = "4194305";
let dir: string;

beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), "publish-"))));
afterEach(() => rm(dir, { recursive: true, force: true }));

function vectorOf(n: number): Float32Array {
  return Float32Array.from({ length: 512 }, (_, i) => Math.sin((n + 1) * (i + 1)));
}

const endAt = (step: string) => (reached: string) => {
  if (reached === step) throw new Error("killed");
};

it.each(["nothing", ...PUBLISH_STEPS])(
  "a replica comes up with the old generation or the new one when its maker was killed after %s",
  async (step) => {
    const files = filesIn(join(dir, "vector-1"));
    const rows = Array.from({ length: ROWS }, (_, n) => ({ id: `r${n}`, title: "", text: "", vector: vectorOf(n) }));
    await buildIndexFolder(files, "corpus", rows);
    const before = await openReplica(files);
    const about = { version: 2, source: "s", batch: "b", schema: 1, model: "m", tags: [], passages: [] };
    for (const row of [0, 3]) before.write({ document: `r${row}`, ...about });
    await before.close();
    const old = readManifest(files);

    const { vectors, ...holding } = readLivingRows(files.records);
    const fresh = `${files.index}.new-${GONE}`;
    await usearch.build([...vectors.values()], fresh);
    const next: Manifest = { ...old, ...holding, indexHash: await hashIndex(fresh), indexBytes: 0 };
    if (step !== "nothing") {
      await expect(publish(fresh, files, next, { mark: GONE, after: endAt(step) })).rejects.toThrow("killed");
    }
    const replica = await openReplica(files);
    const isNew = ["moved in", "described"].includes(step);
    expect(readManifest(files)).toEqual(isNew ? next : old);
    expect(await hashIndex(files.index)).toBe(readManifest(files).indexHash);
    expect(await replica.manifest(true)).toMatchObject({ rows: 18, dead: isNew ? 0 : 2 });
    expect(await replica.selfRetrieval(ROWS, 1)).toMatchObject({ share: 1, checked: 18, differing: [] });
    expect((await replica.search(vectorOf(19), 1))[0]?.id).toBe("r19");
    expect((await readdir(files.dir)).toSorted()).toEqual(["index.usearch", "manifest.json", "records.db"]);
    await replica.close();
  },
);

it.each(PUBLISH_STEPS)("an index that is a folder is whole, of the one or the other, after %s", async (step) => {
  const files = filesIn(join(dir, "vector-1"), "chroma");
  const fresh = `${files.index}.new-${GONE}`;
  const like: Manifest = { model: "m", dimension: 512, metric: "cos", corpusHash: "c", rows: 1, indexHash: "" };
  for (const [folder, says] of [
    [files.index, "old"],
    [fresh, "new"],
  ] as const) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "data"), says);
  }
  await writeFile(files.manifest, JSON.stringify({ ...like, indexHash: await hashIndex(files.index) }));
  const next = { ...like, indexHash: await hashIndex(fresh) };
  await expect(publish(fresh, files, next, { mark: GONE, after: endAt(step) })).rejects.toThrow("killed");
  await settle(files);
  const isNew = ["moved in", "described"].includes(step);
  expect(await readFile(join(files.index, "data"), "utf8")).toBe(isNew ? "new" : "old");
  expect(await hashIndex(files.index)).toBe(readManifest(files).indexHash);
  expect((await readdir(files.dir)).toSorted()).toEqual(["index.chroma", "manifest.json"]);
});

it("leaves alone what a process that lives is making", async () => {
  const files = filesIn(join(dir, "vector-1"));
  await mkdir(files.dir);
  await writeFile(files.index, "index");
  const made = `${files.index}.new-${process.pid}`;
  await cp(files.index, made);
  await settle(files);
  expect(await readFile(made, "utf8")).toBe("index");
});

it("ends what a process began whose pid another process has by now", async () => {
  const files = filesIn(join(dir, "vector-1"));
  await mkdir(files.dir);
  await writeFile(files.manifest, "{}");
  // Moved away by one that was killed then; this process has its pid, and began later.
  await writeFile(`${files.index}.old-${process.pid}t1`, "index");
  await writeFile(`${files.index}.new-${process.pid}t1`, "made by half");
  await settle(files);
  expect((await readdir(files.dir)).toSorted()).toEqual(["index.usearch", "manifest.json"]);
  expect(await readFile(files.index, "utf8")).toBe("index");
});

it("removes a copy that an engine answered from once its process is gone, and no copy of one that runs", async () => {
  const index = join(dir, "index.chroma");
  const other = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"]);
  const copies = [nextServed(index), nextServed(index, markOf(other.pid ?? 0)), nextServed(index, GONE)];
  for (const copy of [...copies, nextServed(index, `${process.pid}t1`)]) await mkdir(copy);
  await forgetServed(index);
  expect((await readdir(dir)).toSorted()).toEqual(
    copies
      .slice(0, 2)
      .map((copy) => basename(copy))
      .toSorted(),
  );
  other.kill();
});
