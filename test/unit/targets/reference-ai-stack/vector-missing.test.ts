// A replica by which writes went: what a sibling has and it never had is found to the document, and taken without
// touching what it has, or had once.
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { resyncMissing } from "../../../../targets/reference-ai-stack/supervisor/restore/resync-missing.ts";
import { rebuildIndex } from "../../../../targets/reference-ai-stack/supervisor/restore/rebuild-index.ts";
import { PARTS } from "../../../../targets/reference-ai-stack/vector/holdings.ts";
import { filesIn, type IndexFiles } from "../../../../targets/reference-ai-stack/vector/layout.ts";
import { layMissing, missingIn } from "../../../../targets/reference-ai-stack/vector/missing.ts";
import { openReplica, type VectorReplica } from "../../../../targets/reference-ai-stack/vector/replica.ts";
import { buildIndexFolder } from "../../../../targets/reference-ai-stack/vector/snapshot.ts";

const ROWS = 20;
const about = { source: "s", batch: "b", schema: 1, model: "m", tags: ["public"] };
let dir: string;
let files: readonly [IndexFiles, IndexFiles];
/** The first lacks what the second has. */
let own: VectorReplica;
let sibling: VectorReplica;

/** Every number its own direction. */
function vectorOf(n: number): Float32Array {
  return Float32Array.from({ length: 512 }, (_, i) => Math.sin((n + 1) * (i + 1)));
}

const recordOf = (n: number, id = `r${n}`) => ({ id, title: `t${n}`, text: `says ${n}`, vector: vectorOf(n) });

/** A document of two passages. */
const writeOf = (document: string, n: number, version = 1) => ({
  document,
  version,
  ...about,
  passages: [recordOf(n, document), recordOf(n + 100, `${document}¶2`)],
});

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "missing-"));
  files = [filesIn(join(dir, "vector-1")), filesIn(join(dir, "vector-2"))];
  const rows = Array.from({ length: ROWS }, (_, n) => recordOf(n));
  for (const one of files) await buildIndexFolder(one, "corpus", rows);
  own = await openReplica(files[0]);
  sibling = await openReplica(files[1]);
});
afterEach(async () => {
  await Promise.all([own.close(), sibling.close()]);
  await rm(dir, { recursive: true, force: true });
});

/** Parts in which the two hold something else. */
const oddParts = (): readonly number[] =>
  own.records.holdings
    .parts()
    .flatMap(({ digest }, part) => (digest === sibling.records.holdings.parts()[part]?.digest ? [] : [part]));

const resync = async (): Promise<object> => {
  const { missing, laid } = await resyncMissing(files[1], files[0]);
  return laid === null ? { missing } : { missing, ...(await own.resync(laid)) };
};

/** Lays what is missing, which has to be something. */
const lay = async (): Promise<string> => {
  const { laid } = await layMissing(files[0], files[1]);
  if (laid === null) throw new Error("nothing is missing");
  return laid;
};

const laidBeside = async (): Promise<readonly string[]> =>
  (await readdir(files[0].dir)).filter((name) => name.startsWith("records.db."));

it("holds the same parts as a sibling, in whatever order the same documents came", () => {
  for (const n of [30, 40, 50]) own.write(writeOf(`d${n}`, n));
  for (const n of [50, 30, 40]) sibling.write(writeOf(`d${n}`, n));
  expect(oddParts()).toEqual([]);
  const all = Array.from({ length: PARTS }, (_, part) => own.records.holdings.of(part)).flat();
  expect(all).toHaveLength(ROWS + 3);
  expect(own.records.holdings.parts().reduce((sum, { there }) => sum + there, 0)).toBe(ROWS + 3);
});

it("has the same parts after it was opened again as it had by its writes", async () => {
  own.write(writeOf("d30", 30));
  own.write({ ...writeOf("r3", 31, 2), passages: [] });
  own.write({ ...writeOf("d30", 32, 0), over: 1 });
  own.add(recordOf(40));
  const before = own.records.holdings.parts();
  await own.close();
  own = await openReplica(files[0]);
  expect(own.records.holdings.parts()).toEqual(before);
});

it("takes each document that it never had, with its passages and where they come from, and finds them", async () => {
  for (const n of [30, 40]) sibling.write(writeOf(`d${n}`, n));
  sibling.add(recordOf(60));
  expect(oddParts()).not.toEqual([]);
  expect(missingIn(files[0].records, files[1].records).map(({ document }) => document)).toEqual(["r60", "d30", "d40"]);

  expect(await resync()).toEqual({ missing: 3, taken: 3, left: 0 });

  expect(oddParts()).toEqual([]);
  for (const id of ["d30", "d30¶2", "d40", "d40¶2", "r60"]) {
    expect(await own.findable(id)).toEqual(sibling.records.textOf(id));
    const [here, there] = [own, sibling].map(({ records }) => records.lineageOf(records.rowOf(id) ?? -1));
    expect(here).toEqual(there);
  }
  expect(await resync()).toEqual({ missing: 0 });
});

it("brings nothing back that was deleted here, or gone back from to an older version", async () => {
  for (const one of [own, sibling]) for (const n of [30, 40]) one.write(writeOf(`d${n}`, n, 2));
  own.write({ ...writeOf("d30", 30, 3), passages: [] });
  own.write({ ...writeOf("d40", 41, 1), over: 2 });
  own.write({ ...writeOf("r3", 3, 2), passages: [] });

  expect(await resync()).toEqual({ missing: 0 });

  expect([own.records.rowOf("d30"), own.records.rowOf("r3")]).toEqual([undefined, undefined]);
  expect(own.records.textOf("d40")?.text).toBe("says 41");
});

it("takes the version that a sibling has and it never had, and what is deleted there", async () => {
  for (const one of [own, sibling]) for (const n of [30, 40]) one.write(writeOf(`d${n}`, n, 1));
  sibling.write(writeOf("d30", 31, 2));
  sibling.write({ ...writeOf("d40", 40, 2), passages: [] });
  sibling.write({ ...writeOf("r3", 3, 2), passages: [recordOf(77, "r3")] });

  expect(await resync()).toEqual({ missing: 3, taken: 3, left: 0 });

  expect(oddParts()).toEqual([]);
  expect([own.records.textOf("d30")?.text, own.records.textOf("r3")?.text]).toEqual(["says 31", "says 77"]);
  expect([own.records.rowOf("d40"), own.records.rowOf("d40¶2")]).toEqual([undefined, undefined]);
  expect(await resync()).toEqual({ missing: 0 });
});

it("goes back where a sibling went back and it was not told, and the sibling takes nothing from it", async () => {
  for (const one of [own, sibling]) for (const n of [30, 40]) one.write(writeOf(`d${n}`, n, 2));
  sibling.write({ ...writeOf("d30", 31, 1), over: 2 });
  sibling.write({ ...writeOf("d40", 40, 0), over: 2, passages: [] });
  const nothing = async () => (await layMissing(files[1], files[0])).missing;
  expect(await nothing()).toBe(0);

  expect(await resync()).toEqual({ missing: 2, taken: 2, left: 0 });

  expect(oddParts()).toEqual([]);
  expect([own.records.textOf("d30")?.text, own.records.rowOf("d40")]).toEqual(["says 31", undefined]);
  // It knows of the way back from now on, after a restart, too.
  await own.close();
  own = await openReplica(files[0]);
  expect(own.records.holdings.stateOf("d30")).toEqual({ version: 1, isThere: true, withdrawn: [2] });
  expect(await nothing()).toBe(0);
});

it.each(["before", "after"])(
  "is not given a version that it was told to go back from and never had, %s a restart",
  async (when) => {
    own.write(writeOf("d30", 30, 1));
    for (const [document, n] of [
      ["d30", 31],
      ["d40", 40],
    ] as const) {
      sibling.write(writeOf(document, n, 2));
      // Of the second document it never had any version.
      own.write({ ...writeOf(document, n - 1, 1), over: 2 });
    }
    if (when === "after") {
      await own.close();
      own = await openReplica(files[0]);
    }
    expect(await resync()).toEqual({ missing: 0 });
    expect([own.records.textOf("d30")?.text, own.records.rowOf("d40")]).toEqual(["says 30", undefined]);
    const states = ["d30", "d40"].map((document) => own.records.holdings.stateOf(document)?.withdrawn);
    expect(states).toEqual([[2], [2]]);
  },
);

it("leaves a version that was stored again after it was gone back from: nobody can tell who was told last", async () => {
  for (const one of [own, sibling]) {
    one.write(writeOf("d30", 30, 2));
    one.write({ ...writeOf("d30", 31, 1), over: 2 });
  }
  own.write(writeOf("d30", 30, 2));
  expect(oddParts()).not.toEqual([]);
  expect(await resync()).toEqual({ missing: 0 });
  expect((await layMissing(files[1], files[0])).missing).toBe(0);
});

it("takes no version that came by another way while it was laid there, and no newer one is gone back from", async () => {
  for (const one of [own, sibling]) for (const n of [30, 40]) one.write(writeOf(`d${n}`, n, 2));
  sibling.write(writeOf("d30", 31, 3));
  sibling.write({ ...writeOf("d40", 41, 1), over: 2 });
  const laid = await lay();
  own.write(writeOf("d30", 32, 4));
  own.write(writeOf("d40", 42, 5));
  expect(await own.resync(laid)).toEqual({ taken: 0, left: 2 });
  expect(["d30", "d40"].map((document) => own.records.textOf(document)?.text)).toEqual(["says 32", "says 42"]);
});

it("takes nothing of a document that it never had and the sibling has deleted", async () => {
  sibling.write(writeOf("d30", 30));
  sibling.write({ ...writeOf("d30", 30, 2), passages: [] });
  expect(missingIn(files[0].records, files[1].records)).toEqual([]);
});

it("takes the passages of the version that is there, and none of the one before", async () => {
  sibling.write(writeOf("d30", 30));
  sibling.write({ ...writeOf("d30", 31, 2), passages: [recordOf(31, "d30")] });
  expect(await resync()).toEqual({ missing: 1, taken: 1, left: 0 });
  expect(own.records.rowOf("d30¶2")).toBeUndefined();
  expect(own.records.lineageOf(own.records.rowOf("d30") ?? -1)?.version).toBe(2);
});

it("leaves what came by another way meanwhile as it came, and goes on with the rest", async () => {
  for (const n of [30, 40]) sibling.write(writeOf(`d${n}`, n));
  const laid = await lay();
  own.write(writeOf("d30", 35, 2));
  expect(await own.resync(laid)).toEqual({ taken: 1, left: 1 });
  expect(own.records.textOf("d30")?.text).toBe("says 35");
});

it("stores all of it once, also where whoever laid it there was ended and began again", async () => {
  sibling.write(writeOf("d30", 30));
  // Laid and never asked for, then laid anew.
  const first = await lay();
  sibling.write(writeOf("d40", 40));
  const second = await lay();
  await expect(own.resync(first)).rejects.toThrow(/nothing was laid at .*records\.db\.missing-/);
  expect(await own.resync(second)).toEqual({ taken: 2, left: 0 });
  expect(await laidBeside()).toEqual([]);
  await expect(own.resync(second)).rejects.toThrow(/nothing was laid at .*records\.db\.missing-/);
});

it("answers what is asked between one document and the next, however many it takes", async () => {
  const documents = Array.from({ length: 60 }, (_, n) => `d${n + 30}`);
  documents.forEach((document, n) => sibling.write(writeOf(document, n + 30)));
  const laid = await lay();
  const over = new AbortController();
  const taking = own.resync(laid).finally(() => over.abort());
  const seen = new Set<number>();
  while (!over.signal.aborted) {
    await turn();
    seen.add(own.records.count());
  }
  expect(await taking).toEqual({ taken: 60, left: 0 });
  expect(seen.size).toBeGreaterThan(50);
});

it("takes what was laid for it, also where another one lays something meanwhile", async () => {
  for (const n of [30, 40, 50]) sibling.write(writeOf(`d${n}`, n));
  const taking = own.resync(await lay());
  // Whoever waited for the first gave up, and begins anew.
  const [done, { laid }] = await Promise.all([taking, layMissing(files[0], files[1])]);
  expect(done).toEqual({ taken: 3, left: 0 });
  if (laid !== null) expect(await own.resync(laid)).toMatchObject({ taken: 0 });
  expect(oddParts()).toEqual([]);
  expect(await laidBeside()).toEqual([]);
});

it("removes what was laid and never taken, whole or half-made, when it is opened, and nothing else", async () => {
  sibling.write(writeOf("d30", 30));
  await lay();
  // As makers and replicas leave it that were ended, and as earlier builds called it.
  const left = ["missing-x.draft", "missing-x.taking", "missing", "missing.draft", "reembedded-x", "reembedded.draft"];
  for (const name of left) await writeFile(`${files[0].records}.${name}`, "");
  await writeFile(join(files[0].dir, "notes.missing"), "");
  const before = own.records.holdings.parts();
  await own.close();
  own = await openReplica(files[0]);
  expect(await laidBeside()).toEqual([]);
  expect(await readdir(files[0].dir)).toContain("notes.missing");
  expect(own.records.holdings.parts()).toEqual(before);
});

it("lays nothing where a vector of the sibling is none, or is of another model", async () => {
  sibling.write(writeOf("d30", 30));
  const db = new DatabaseSync(files[1].records);
  db.prepare("UPDATE records SET vector = ? WHERE id = 'd30¶2'").run(new Uint8Array(2048));
  db.close();
  await expect(resync()).rejects.toThrow(/d30¶2 has no vector of 512 numbers with a direction at the sibling/);
  expect(await laidBeside()).toEqual([]);
  const { rows } = await rebuildIndex(files[0]);
  expect(rows).toBe(ROWS);
});
