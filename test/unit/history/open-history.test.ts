// The history is its rows; the index beside them may be lost, damaged or old at any time, and never says anything else.

import { appendFile, open, readFile, readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { DatabaseSync } from "@photostructure/sqlite";
import { describe, expect, it } from "vitest";
import { indexFileOf, openHistory, skippedWords, type OpenHistory } from "../../../src/history/open-history.ts";
import { appendRows, rowsFileOf } from "../../../src/history/rows-file.ts";
import type { HistoryRow } from "../../../src/records/history-row.ts";
import { historyFolder, historyRow, ofNight } from "../../builders/history-rows.ts";

const night = (n: number, changes: Partial<HistoryRow> = {}): HistoryRow => historyRow({ ...ofNight(n), ...changes });
const three = [
  night(0),
  night(0, { arm: "ablation", recovery: "not-recovered", outcome: "fail", against: ["by-declared-pathway"] }),
  night(1, { n: 2, settings: { engine: "chroma", policy: "careful" }, suite: null, relapsed: true }),
];

function unexpected(note: string): void {
  throw new Error(note);
}

/** What the history in the folder says, and that of a second look, which must be the same. */
async function contentOf(
  dir: string,
): Promise<{ rows: readonly HistoryRow[]; notes: readonly string[]; skipped: string[] }> {
  const say = async (history: OpenHistory) => ({
    rows: await history.rows({}),
    runs: await history.runs(),
    skipped: (await history.skipped()).map(({ line, reason }) => `${line}: ${reason}`),
  });
  const notes: string[] = [];
  using first = await openHistory(dir, (note) => notes.push(note));
  const { rows, runs, skipped } = await say(first);
  using again = await openHistory(dir, unexpected);
  expect(await say(again)).toEqual({ rows, runs, skipped });
  return { rows, notes, skipped };
}

async function inFolder(work: (dir: string) => Promise<void>): Promise<void> {
  await using folder = await historyFolder();
  await appendRows(folder.dir, three);
  await work(folder.dir);
}

/** Runs by name with the number of trials of each outcome. */
async function countsOf(dir: string): Promise<Record<string, unknown>> {
  using history = await openHistory(dir, unexpected);
  return Object.fromEntries((await history.runs()).map(({ run, outcomes }) => [run, outcomes]));
}

describe("the history", () => {
  it("gives back every row as it was appended, oldest run first, by whatever arm", () =>
    inFolder(async (dir) => {
      expect(await contentOf(dir)).toEqual({ rows: [three[1], three[0], three[2]], notes: [], skipped: [] });
      expect(await countsOf(dir)).toEqual({ [ofNight(0).run]: { pass: 1, fail: 1 }, [ofNight(1).run]: { pass: 1 } });
    }));

  it("takes rows that were appended after its index was made, and counts one that comes twice once", () =>
    inFolder(async (dir) => {
      await contentOf(dir);
      await appendRows(dir, [night(2), ...three]);
      expect(await contentOf(dir)).toMatchObject({ rows: { length: 4 }, notes: [], skipped: [] });
    }));

  it("gives the rows of some runs, or of a span of time", () =>
    inFolder(async (dir) => {
      using history = await openHistory(dir, unexpected);
      expect(await history.rows({ runs: [ofNight(1).run] })).toEqual([three[2]]);
      expect(await history.rows({ since: Date.parse(ofNight(1).started) })).toEqual([three[2]]);
      expect(await history.rows({ before: Date.parse(ofNight(1).started) })).toHaveLength(2);
      expect(await history.rows({ runs: [] })).toEqual([]);
    }));

  it("that is not there is said to be so, and nothing is made", async () => {
    await using folder = await historyFolder();
    await expect(openHistory(folder.dir, unexpected)).rejects.toMatchObject({
      code: "bad-input",
      message: /no history/,
    });
    expect(await readdir(folder.out)).toEqual([]);
  });
});

async function noiseAt(file: string, page: number): Promise<void> {
  const handle = await open(file, "r+");
  await handle.write(new Uint8Array(4096).fill(0xa5), 0, 4096, 4096 * page);
  await handle.close();
}

/** What can happen to the file that the index is. */
const harms: Readonly<Record<string, (file: string) => Promise<void>>> = {
  "is no database": (file) => writeFile(file, "SQLite? Not at all. ".repeat(1_000)),
  "was cut off": async (file) => truncate(file, Math.floor((await stat(file)).size / 2)),
  "is empty": (file) => writeFile(file, ""),
  "has a page of noise that every opening reads": (file) => noiseAt(file, 1),
  "has a page of noise that no opening reads": async (file) => {
    const db = new DatabaseSync(file, { readOnly: true });
    const { page } = db.prepare("SELECT rootpage AS page FROM sqlite_schema WHERE name = 'trials'").get() as {
      page: number;
    };
    db.close();
    await noiseAt(file, page - 1);
  },
  "is of another version": async (file) => {
    const db = new DatabaseSync(file);
    db.exec("PRAGMA user_version = 99");
    db.close();
  },
};

describe("an index of the history", () => {
  it.each(Object.entries(harms))("that %s is made anew, and said to be", (_harm, harm) =>
    inFolder(async (dir) => {
      const before = await contentOf(dir);
      await harm(indexFileOf(dir));
      const after = await contentOf(dir);
      expect(after.rows).toEqual(before.rows);
      expect(after.notes.join()).toMatch(/made anew/);
      expect((await readdir(dir)).toSorted()).toEqual(["history.sqlite", "trials.ndjson"]);
    }),
  );

  it("that is missing is made without a word", () =>
    inFolder(async (dir) => {
      await contentOf(dir);
      await rm(indexFileOf(dir));
      expect(await contentOf(dir)).toMatchObject({ rows: { length: 3 }, notes: [] });
    }));

  it("is made anew when the rows were written anew, also in the middle and to the same length", () =>
    inFolder(async (dir) => {
      await contentOf(dir);
      const file = rowsFileOf(dir);
      const text = await readFile(file, "utf8");
      await writeFile(file, text.replace('"outcome":"fail"', '"outcome":"pass"'));
      const after = await contentOf(dir);
      expect(after.rows.map(({ outcome }) => outcome)).toEqual(["pass", "pass", "pass"]);
      expect(after.notes.join()).toMatch(/not those that its index was made of/);
      await writeFile(file, `${text}${JSON.stringify(night(5))}\n`.slice(text.indexOf("\n") + 1));
      expect((await contentOf(dir)).rows).toHaveLength(3);
    }));
});

describe("a line that is no row", () => {
  it("is named and skipped when a crash tore it off, and the next row stands on a line of its own", () =>
    inFolder(async (dir) => {
      const file = rowsFileOf(dir);
      await appendFile(file, JSON.stringify(night(7)).slice(0, 60));
      const torn = await contentOf(dir);
      expect(torn.skipped).toEqual(["4: it has no end: it was torn off by a crash, or is being written"]);
      expect(torn.rows).toHaveLength(3);
      await appendRows(dir, [night(8)]);
      const after = await contentOf(dir);
      expect(after.skipped).toEqual(["4: it is no JSON"]);
      expect(after.rows).toHaveLength(4);
    }));

  it("is taken after all once its end is there", () =>
    inFolder(async (dir) => {
      const line = `${JSON.stringify(night(7))}\n`;
      await appendFile(rowsFileOf(dir), line.slice(0, 60));
      expect((await contentOf(dir)).skipped).toHaveLength(1);
      await appendFile(rowsFileOf(dir), line.slice(60));
      expect(await contentOf(dir)).toMatchObject({ rows: { length: 4 }, skipped: [] });
    }));

  it("is named with what is wrong with it, and without a word of its own", () =>
    inFolder(async (dir) => {
      const secret = "hunter2\u001b[31m";
      const bad: readonly unknown[] = [
        { ...night(9), v: 2 },
        { ...night(9), outcome: secret },
        { ...night(9), [secret]: 1 },
        { ...night(9), settings: { [secret]: 4 } },
        [secret],
        null,
      ];
      await appendFile(
        rowsFileOf(dir),
        `${bad.map((row) => JSON.stringify(row)).join("\n")}\n{"v":1,"run":"${secret}\n`,
      );
      const { skipped, rows } = await contentOf(dir);
      expect(rows).toHaveLength(3);
      expect(skipped).toEqual([
        "4: it is of version 2; this build of rebound reads version 1",
        "5: `outcome` is not as it is written by this build of rebound",
        "6: it has fields that a row has not by this build of rebound",
        "7: `settings` is not as it is written by this build of rebound",
        "8: it is no row of a history; this build of rebound reads version 1",
        "9: it is no row of a history; this build of rebound reads version 1",
        "10: it is no JSON",
      ]);
    }));

  it.each([
    ["sets the title", "\u001b]0;owned\u0007"],
    ["clears the screen", "\u001b[2J"],
    ["clears it by one control character", "\u009b2J"],
    ["begins a line", "two\nlines"],
    ["turns the direction", "\u202etxt"],
    ["is half a character", "\ud800"],
  ])("is named and not taken when a name in it acts on a terminal: it %s", (_effect, name) =>
    inFolder(async (dir) => {
      const { run, started, intent, target } = night(9);
      const hostile: readonly unknown[] = [
        { ...night(9), run: run + name },
        { ...night(9), started: `${started.slice(0, 10)} (${name})` },
        { ...night(9), intent: intent + name },
        { ...night(9), target: target + name },
        { ...night(9), settings: { [name]: "x" } },
        { ...night(9), settings: { x: name } },
      ];
      await appendFile(rowsFileOf(dir), hostile.map((row) => `${JSON.stringify(row)}\n`).join(""));
      const { skipped, rows } = await contentOf(dir);
      expect(rows).toHaveLength(3);
      expect(skipped.map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
        "4: `run`",
        "5: `started`",
        "6: `intent`",
        "7: `target`",
        "8: `settings`",
        "9: `settings`",
      ]);
    }),
  );

  it("is named and skipped when it cannot be, and stays in the file", () =>
    inFolder(async (dir) => {
      const wrong = JSON.stringify(night(7, { mttr: { ms: 600, lo: 900, hi: 300 } }));
      await writeFile(rowsFileOf(dir), `${wrong}\n`, { flag: "a" });
      const { skipped, rows } = await contentOf(dir);
      expect(skipped).toEqual(["4: `mttr` is not as it is written by this build of rebound"]);
      expect(rows).toHaveLength(3);
      expect(await readFile(rowsFileOf(dir), "utf8")).toContain(wrong);
    }));

  it("is named when it is of a second run of one id, or a second row of one trial; the first ones stay", () =>
    inFolder(async (dir) => {
      const twin = night(0, { started: "2026-02-02T02:00:00.000Z", ended: "2026-02-02T02:30:00.000Z", n: 5 });
      await appendRows(dir, [twin, night(0, { outcome: "invalid" })]);
      const { skipped, rows } = await contentOf(dir);
      expect(skipped[0]).toMatch(/^4: it is of a second run of the id .* began at 2026-01-01/);
      expect(skipped[1]).toMatch(/^5: another row of .*, process\/replica-kill treatment-1 stands above it$/);
      expect(rows).toHaveLength(3);
    }));

  it("is counted where there are too many to name", () =>
    inFolder(async (dir) => {
      await appendFile(rowsFileOf(dir), "x\n".repeat(14));
      using history = await openHistory(dir, unexpected);
      const words = await skippedWords(history, "trials.ndjson");
      expect(words).toHaveLength(11);
      expect(words[0]).toBe("trials.ndjson:4: skipped: it is no JSON");
      expect(words.at(-1)).toBe("trials.ndjson: 4 more lines skipped");
    }));
});
