// The tables of what sees which silent damage, engine by engine, on small indexes: what must hold of them whatever the
// figures.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { VECTOR_ENGINES } from "../../targets/reference-ai-stack/vector/engines/names.ts";
import { DAMAGES } from "../programs/matrix-retrieval/damages.ts";
import { measureMatrix, type Row, type Spared } from "../programs/matrix-retrieval/matrix.ts";
import { tableIn } from "../programs/matrix-retrieval/table.ts";
import { isInstalled } from "../support/vector-engines.ts";

/** Each damage is opened by Chroma in a server of its own, so its looks are few. */
const SIZES = {
  usearch: { rows: 200, looks: 8 },
  "sqlite-vec": { rows: 200, looks: 4 },
  chroma: { rows: 200, looks: 4 },
} as const;

const page = await readFile(join(import.meta.dirname, "../../targets/reference-ai-stack/README.md"), "utf8");
/** An engine is held to its table from the day on which it has one. */
const published = VECTOR_ENGINES.filter((engine) => tableIn(page, engine).startsWith(`${engine}, `));

test("the tables of the default and of another engine are published", () => {
  expect(published.slice(0, 1)).toEqual(["usearch"]);
  expect(published.length).toBeGreaterThan(1);
});

describe.each(published.filter(isInstalled))("on %s", (engine) => {
  let measured: readonly Row[];
  let spared: readonly Spared[];
  beforeAll(async () => {
    const all = await measureMatrix({ engine, ...SIZES[engine] });
    measured = all.filter((one) => "recall" in one);
    spared = all.filter((one) => "whyNot" in one);
    // Against hanging, not against slowness: Chroma starts two servers or three for each damage.
  }, 600_000);

  const rowOf = (name: string): Row | undefined => measured.find(({ damage }) => damage.name.startsWith(name));

  test("no signal speaks of a whole index, and at least one of every damage", () => {
    expect([...(rowOf("none")?.spokeAt.keys() ?? ["not measured"])]).toEqual([]);
    const unseen = measured.filter(({ damage, spokeAt }) => damage.name !== "none" && spokeAt.size === 0);
    expect(unseen.map(({ damage }) => damage.name)).toEqual([]);
  });

  test("what its files do not allow is spared by name, and nothing else is", () => {
    const ofTwoCopies = "5 % of rows are read back as each other and searched as they were, its manifest fits";
    const spares = {
      usearch: [ofTwoCopies],
      "sqlite-vec": [],
      chroma: [
        "5 % of pages zeroed",
        "5 % of rows go by numbers of deleted ones, its manifest fits",
        "two rows are left, its manifest names all",
        ofTwoCopies,
      ],
    } as const;
    expect(spared.map(({ damage }) => damage.name)).toEqual(spares[engine]);
    expect(measured.length + spared.length).toBe(DAMAGES.length);
  });

  test("an older generation finds all of itself by its own vectors, under a hash and a count that fit, and is seen", () => {
    expect(rowOf("older generation")).toMatchObject({ int: 1, hashFits: true, countFits: true, differing: 1 });
    expect(rowOf("older generation")?.ext).toBeLessThan(0.1);
    expect(rowOf("older generation")?.spokeAt.get("stored-vectors-differ")).toBe(1);
  });

  test("rows without a record and one answer to all are seen in the first look, where the engine can be given them", () => {
    const named = ["5 % of rows go by", "no row has a link"].flatMap((name) => rowOf(name) ?? []);
    expect(named).toHaveLength(engine === "chroma" ? 1 : 2);
    for (const row of named) {
      expect(row).toMatchObject({ hashFits: true, countFits: true, differing: 0 });
      expect(row.spokeAt.get("answers-misshapen")).toBe(1);
    }
  });

  test("what one replica stores otherwise than its peer is seen by the comparison of their records alone", () => {
    const apart = measured.filter(({ peerFits }) => peerFits === false);
    expect(apart.map(({ damage }) => damage.name)).toEqual([expect.stringMatching(/^1 % of documents say/)]);
    expect(apart).toMatchObject([{ ext: 1, int: 1, hashFits: true, countFits: true, differing: 0 }]);
    expect([...(apart[0]?.spokeAt ?? [])]).toEqual([["records-apart", 2]]);
  });

  test("an index of two rows fits its manifest by hash, and is seen by what can be retrieved", () => {
    const row = rowOf("two rows are left");
    expect(row === undefined).toBe(engine === "chroma");
    if (row === undefined) return;
    expect(row).toMatchObject({ hashFits: true, countFits: false });
    expect(row.spokeAt.get("rows-not-retrievable")).toBe(1);
  });

  test("what lies at the path is told from what is answered from, and each answer is right meanwhile", () => {
    const right = { ext: 1, int: 1, differing: 0, short: 0, newest: 1, isFresh: true, countFits: true };
    expect(rowOf("half of the file")).toMatchObject({ ...right, isInPlace: false, hashFits: false, isDescribed: true });
    expect(rowOf("half of the manifest")).toMatchObject({
      ...right,
      isInPlace: true,
      hashFits: true,
      isDescribed: false,
    });
    expect(rowOf("half of the documents")).toMatchObject({ ...right, deadShare: 1, peerFits: "other" });
    expect([...(rowOf("half of the documents")?.spokeAt.keys() ?? [])]).toEqual(["rows-dead"]);
  });

  test("a search that gets nowhere gives short answers, and a text that was changed is another one when embedded again", () => {
    expect(rowOf("no row has a link")).toMatchObject({ short: 1, embeddedAgain: 1 });
    expect(rowOf("no row has a link")?.newest).toBeLessThan(0.5);
    expect(rowOf("1 % of documents say")).toMatchObject({ short: 0, newest: 1, embeddedAgain: 0.99 });
    expect(rowOf("none")).toMatchObject({ short: 0, newest: 1, isFresh: true, embeddedAgain: 1, deadShare: 0 });
  });

  test("what goes wrong around an index is counted there, and seen by no signal of the index", () => {
    const well = { schema: 0, quality: 0, queueAgeS: 0, hitsDiffer: 0, usersHitsDiffer: 0 };
    const odd = measured.filter(({ damage }) => damage.around !== undefined);
    const said = odd.map(({ damage, spokeAt }) => [damage.name, [...spokeAt.keys()]]);
    const others = measured.filter(({ damage }) => damage.around === undefined);
    expect(others).toMatchObject(others.map(() => well));
    expect(said).toEqual([
      ["records come with their text under another name", ["schema-drifts"]],
      ["of a batch one document is no text", ["batch-stuck"]],
      [expect.stringMatching(/^documents that are well formed/), ["batch-suspect"]],
      ["a hold with nobody behind it keeps a batch back", ["source-held"]],
      ["two of 20 kept answers stand in each other's place", ["kept-answer-differs"]],
      [expect.stringMatching(/^kept answers to a question and its opposite/), ["kept-answer-differs"]],
    ]);
    expect(odd[0]).toMatchObject({ ...well, schema: expect.any(Number) as number, queueAgeS: 14.5 });
    expect(odd[1]).toMatchObject({ ...well, quality: expect.any(Number) as number, queueAgeS: 14.5 });
    // Published, and no check of a text refuses one: only what the questions find shows it.
    expect(odd[2]).toMatchObject({ ...well, questionsFound: 0 });
    expect(odd[3]).toMatchObject({ ...well, queueAgeS: expect.closeTo(15, 0) as number });
    expect(odd[4]).toMatchObject({ ...well, hitsDiffer: 0.1 });
    // The healer's own questions are answered well: only what users were given shows it.
    expect(odd[5]).toMatchObject({ ...well, usersHitsDiffer: 1 });
  });

  test("two rows that differ are seen by the digest in the first look, whichever rows are checked", () => {
    expect(rowOf("1 % of rows hold")).toMatchObject({ hashFits: true, countFits: true, differing: 0.01 });
    expect(rowOf("1 % of rows hold")?.spokeAt.get("replica-digests-differ")).toBe(1);
  });

  test("the newest rows are missed in the first look, though they are few", () => {
    expect(rowOf("newest")?.spokeAt.get("self-retrieval-low")).toBe(1);
  });

  test("every damage has its row in the published table, and those that it is spared say so", () => {
    const lines = tableIn(page, engine).split("\n");
    const missing = DAMAGES.filter(({ name }) => !lines.some((line) => line.startsWith(`| ${name} |`)));
    expect(missing.map(({ name }) => name)).toEqual([]);
    const sparedThere = lines.filter((line) => line.includes("not on this engine: "));
    expect(sparedThere).toEqual(spared.map(({ damage }) => expect.stringContaining(`| ${damage.name} |`) as string));
  });
});
