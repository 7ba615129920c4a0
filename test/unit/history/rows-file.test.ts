// Rows are appended whole, by any number of processes, and only such as can be read again.

import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { openHistory } from "../../../src/history/open-history.ts";
import { appendRows } from "../../../src/history/rows-file.ts";
import type { HistoryRow } from "../../../src/records/history-row.ts";
import { historyFolder, historyRow, ofNight } from "../../builders/history-rows.ts";

const night = (n: number, changes: Partial<HistoryRow> = {}): HistoryRow => historyRow({ ...ofNight(n), ...changes });
const three = [night(0), night(0, { arm: "ablation" }), night(1)];

/** How many rows the history has, and the lines that are none. */
async function contentOf(dir: string): Promise<unknown> {
  using history = await openHistory(dir, () => undefined);
  return { rows: (await history.rows({})).length, skipped: await history.skipped() };
}

/** Appends 50 long rows, 15 times, in a process of its own: its runs are called by the name. */
async function appendsInProcess(dir: string, name: string): Promise<void> {
  const long = night(0, { against: Array.from({ length: 60 }, (_, at) => `${at}`.padStart(300, "x")) });
  const script = `
    import { runnerImport } from "vite";
    const { module } = await runnerImport(${JSON.stringify(resolve("src/history/rows-file.ts"))});
    for (let turn = 0; turn < 15; turn += 1) {
      const run = ${JSON.stringify(name)} + "-" + turn;
      const rows = Array.from({ length: 50 }, (_, at) => ({ ...${JSON.stringify(long)}, run, n: at + 1 }));
      await module.appendRows(${JSON.stringify(dir)}, rows);
    }`;
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
}

describe("rows that are appended at the same time", () => {
  it("are all there, each on a line of its own", async () => {
    await using folder = await historyFolder();
    const nights = Array.from({ length: 20 }, (_, n) => [night(n), night(n, { n: 2 })]);
    await Promise.all(nights.map((rows) => appendRows(folder.dir, rows)));
    expect(await contentOf(folder.dir)).toEqual({ rows: 40, skipped: [] });
  });

  it("are all there when two processes append many at once, torn by neither", async () => {
    await using folder = await historyFolder();
    await appendRows(folder.dir, three);
    await Promise.all(["a", "b"].map((name) => appendsInProcess(folder.dir, name)));
    expect(await contentOf(folder.dir)).toEqual({ rows: 3 + 2 * 15 * 50, skipped: [] });
  });
});

describe("rows that are appended", () => {
  it("are left out and named where they could not be read again", async () => {
    await using folder = await historyFolder();
    const unfit = [
      night(0, { suite: "x".repeat(301) }),
      night(0, { intent: "two\nlines", n: 2 }),
      night(0, { watchMs: Number.NaN, arm: "ablation" }),
    ];
    expect(await appendRows(folder.dir, unfit)).toEqual([
      "the history lacks process/replica-kill treatment-1: `suite` is not as it is written there",
      "the history lacks treatment-2: `intent` is not as it is written there",
      "the history lacks process/replica-kill ablation-1: `watchMs` is not as it is written there",
    ]);
    expect(await readdir(folder.out)).toEqual([]);
    expect(await appendRows(folder.dir, [...unfit, ...three])).toHaveLength(3);
    expect(await contentOf(folder.dir)).toEqual({ rows: 3, skipped: [] });
  });
});
