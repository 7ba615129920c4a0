// Files of sqlite-vec after what a fault does to them, opened by the extension itself: several chunks, and a table of
// places that takes more than one page.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DatabaseSync, type DatabaseSyncInstance } from "@photostructure/sqlite";
import { seededRandom } from "../../../../src/core/random.ts";
import { graphDamage, type GraphHarm } from "../../../../src/faults/parts/index-graph.ts";
import { byEuclid, firstMarked } from "../../../../src/faults/parts/sqlite-vec-tables.ts";
import { extensionFile } from "../../../../targets/reference-ai-stack/vector/engines/sqlite-vec/extension.ts";
import { vectorPieces } from "../../../../targets/reference-ai-stack/vector/engines/sqlite-vec/chunks.ts";
import { isInstalled } from "../../../support/vector-engines.ts";
import type { Piece } from "../../../../src/faults/parts/row-pieces.ts";

const [rows, dimensions] = [2500, 16];
let dir: string;
let whole: Buffer;
let pieces: readonly Piece[];

/** Each row its own direction, and 1 long. */
function vectorOf(row: number): Uint8Array {
  const random = seededRandom(row, "sqlite-vec-tables");
  const raw = Array.from({ length: dimensions }, () => random.next() - 0.5);
  const length = Math.hypot(...raw);
  return new Uint8Array(Float32Array.from(raw, (part) => part / length).buffer);
}

function opened(file: string, readOnly: boolean): DatabaseSyncInstance {
  const db = new DatabaseSync(file, { readOnly, allowExtension: true });
  db.enableLoadExtension(true);
  db.loadExtension(extensionFile());
  return db;
}

interface Answers {
  /** Share of rows that find themselves, of answers that name no row, of rows that are read back as they were. */
  readonly found: number;
  readonly unknown: number;
  readonly back: number;
  readonly firsts: ReadonlySet<number>;
  readonly count: number;
  readonly check: string;
}

async function answersOf(bytes: Uint8Array): Promise<Answers> {
  await writeFile(join(dir, "made"), bytes);
  const db = opened(join(dir, "made"), true);
  try {
    const nearest = db.prepare("SELECT rowid FROM vectors WHERE embedding MATCH ? AND k = 1");
    const byRow = db.prepare("SELECT embedding FROM vectors WHERE rowid = ?");
    const asked = Array.from({ length: 250 }, (_, n) => n * 10);
    const firsts = asked.map((row) => (nearest.get(vectorOf(row)) as { rowid: number } | undefined)?.rowid ?? -1);
    const share = (of: readonly boolean[]): number => of.filter(Boolean).length / asked.length;
    const isBack = (row: number): boolean => {
      const found = byRow.get(BigInt(row)) as { embedding: Uint8Array } | undefined;
      return found !== undefined && Buffer.compare(found.embedding, vectorOf(row)) === 0;
    };
    const { n } = db.prepare("SELECT count(*) AS n FROM vectors_rowids").get() as { n: number };
    const { integrity_check: check } = db.prepare("PRAGMA integrity_check").get() as { integrity_check: string };
    return {
      found: share(asked.map((row, at) => firsts[at] === row)),
      unknown: share(firsts.map((first) => first >= rows)),
      back: share(asked.map(isBack)),
      firsts: new Set(firsts),
      count: n,
      check,
    };
  } finally {
    db.close();
  }
}

describe.skipIf(!isInstalled("sqlite-vec"))("a file of sqlite-vec", () => {
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "sqlite-vec-tables-"));
    const db = opened(join(dir, "whole"), false);
    db.exec("PRAGMA page_size = 16384");
    db.exec(`CREATE VIRTUAL TABLE vectors USING vec0(embedding float[${dimensions}] distance_metric=cosine)`);
    const insert = db.prepare("INSERT INTO vectors (rowid, embedding) VALUES (?, ?)");
    db.exec("BEGIN");
    for (let row = 0; row < rows; row += 1) insert.run(BigInt(row), vectorOf(row));
    db.exec("COMMIT");
    pieces = await vectorPieces(db, join(dir, "whole"));
    db.close();
    whole = await readFile(join(dir, "whole"));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const after = (harm: GraphHarm): Promise<Answers> => {
    const bytes = Buffer.from(whole);
    for (const { at, was, damaged } of graphDamage(whole, harm, { format: "sqlite-vec", pieces })) {
      expect(Buffer.compare(bytes.subarray(at, at + was.length), was)).toBe(0);
      bytes.set(damaged, at);
    }
    return answersOf(bytes);
  };

  test("finds all of its rows, and its table of places takes more than one page", async () => {
    expect(await answersOf(whole)).toMatchObject({ found: 1, unknown: 0, back: 1, count: rows, check: "ok" });
    const db = opened(join(dir, "whole"), true);
    const { n } = db.prepare("SELECT count(*) AS n FROM dbstat WHERE name = 'vectors_rowids'").get() as { n: number };
    db.close();
    expect(n).toBeGreaterThan(1);
  });

  test.each([0.05, 0.6, 0.9])("is passed over in %d of its rows, which are read back as they were", async (share) => {
    const { found, back, check } = await after({ mode: "links", share, seed: 5 });
    expect([found, back, check]).toEqual([expect.closeTo(1 - share, 1), 1, "ok"]);
  });

  test.each([0.05, 0.6, 1])("reads %d of its rows back as others, and finds each as it did", async (share) => {
    const { found, unknown, back, count, check } = await after({ mode: "places", share, seed: 5 });
    expect([found, unknown, count, check]).toEqual([1, 0, rows, "ok"]);
    expect(back).toBeCloseTo(1 - share, 1);
  });

  test("gives one row whatever is asked where the first alone is marked, and reads all of them back", async () => {
    const { firsts, back } = await after({ mode: "bare", share: 1, seed: 5 });
    expect([[...firsts], back]).toEqual([[0], 1]);
  });

  test("gives rows by the names of others, or by numbers of none, with every vector where it was", async () => {
    expect(await after({ mode: "keys", share: 1, seed: 5 })).toMatchObject({ found: 0, unknown: 0, back: 1 });
    const { found, unknown } = await after({ mode: "ghosts", share: 0.3, seed: 5 });
    expect([found, unknown, found + unknown]).toEqual([expect.closeTo(0.7, 1), expect.closeTo(0.3, 1), 1]);
  });

  test.each([2, 64])("of its first %d rows is one that holds these, and counts them", async (keep) => {
    const { firsts, count } = await answersOf(firstMarked(whole, keep));
    expect([Math.max(...firsts), count]).toEqual([expect.toSatisfy((one: number) => one < keep), keep]);
  });

  test("by the Euclidean distance of vectors of all lengths hardly finds a row, which points where it did", async () => {
    const lying = { offset: pieces[0]?.at ?? 0, rowBytes: dimensions * 4, rows, pieces };
    const [made, again] = [1, 1].map((seed) => byEuclid(whole, lying, { times: 2, seed }));
    expect(Buffer.compare(made ?? whole, again ?? whole)).toBe(0);
    expect((await answersOf(made ?? whole)).found).toBeLessThan(0.4);
    // By cosine lengths say nothing: with the metric put back each row finds itself.
    const back = Buffer.from(made ?? whole);
    back.write("distance_metric=cosine", back.indexOf("distance_metric=l2"), "latin1");
    expect((await answersOf(back)).found).toBe(1);
  });

  test("is refused where it is none, is cut, or was not made by this extension", () => {
    const harm = { mode: "links", share: 0.3, seed: 5 } as const;
    const strike = (bytes: Uint8Array) => () => graphDamage(bytes, harm, { format: "sqlite-vec", pieces });
    expect(strike(new Uint8Array(4096))).toThrow("is no SQLite file");
    expect(strike(whole.subarray(0, 20_000))).toThrow(/is no SQLite file: page \d+ is none of its/);
    const other = Buffer.from(whole);
    other.write("fts5", other.indexOf("vec0("), "latin1");
    expect(strike(other)).toThrow("is no file of sqlite-vec 0.1: it has no table vec0");
    const lying = { offset: 0, rowBytes: 64, rows, pieces };
    expect(() => byEuclid(byEuclid(whole, lying, { times: 2, seed: 1 }), lying, { times: 2, seed: 1 })).toThrow(
      "it was not made for cosine",
    );
  });
});
