// Old runs go on request alone, by name, and into a file of their own.

import { describe, expect, it } from "vitest";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { openHistory } from "../../../src/history/open-history.ts";
import { planPruning, prune } from "../../../src/history/prune.ts";
import { appendRows, rowsFileOf } from "../../../src/history/rows-file.ts";
import { takeLock, type StartTimeOf } from "../../../src/store/restore-lock.ts";
import { pruningLines } from "../../../src/report/history-text.ts";
import { historyFolder, historyRow, ofNight } from "../../builders/history-rows.ts";

async function kept() {
  const folder = await historyFolder();
  const nights = [0, 1, 2, 3];
  await appendRows(
    folder.dir,
    nights.flatMap((night) => [1, 2].map((n) => historyRow({ ...ofNight(night), n }))),
  );
  await writeFile(rowsFileOf(folder.dir), "no row\n", { flag: "a" });
  return folder;
}

const at = new Date("2026-02-01T00:00:00.000Z");
const living: StartTimeOf = (pid) => Promise.resolve(pid === 1 || pid === 2 ? "t" : undefined);
const pruner = { at, me: { pid: 1, startTime: "t" }, startTimeOf: living };
const second = Date.parse(ofNight(1).started);
const runsIn = async (dir: string): Promise<string[]> => {
  using history = await openHistory(dir, () => undefined);
  return (await history.runs()).map(({ run }) => run);
};

describe("pruning", () => {
  it("names what would go, by age or by number, and changes nothing", async () => {
    await using folder = await kept();
    const before = await readFile(rowsFileOf(folder.dir), "utf8");
    const byAge = await planPruning(folder.dir, { since: second });
    expect(byAge.runs).toEqual([{ run: ofNight(0).run, started: ofNight(0).started, rows: 2 }]);
    const byNumber = await planPruning(folder.dir, { newest: 1 });
    expect(byNumber).toMatchObject({ rowsKept: 2, unread: 1 });
    expect(byNumber.runs.map(({ run }) => run)).toEqual([0, 1, 2].map((night) => ofNight(night).run));
    expect(await readFile(rowsFileOf(folder.dir), "utf8")).toBe(before);
    expect(pruningLines(byAge).at(-1)).toContain("nothing was changed; add --yes");
  });

  it("moves the rows into a file of their own, and the history is as if they had never been there", async () => {
    await using folder = await kept();
    expect(await runsIn(folder.dir)).toHaveLength(4);
    const done = await prune(folder.dir, { newest: 2 }, pruner);
    expect(await runsIn(folder.dir)).toEqual([2, 3].map((night) => ofNight(night).run));
    expect((await readFile(done.file, "utf8")).trim().split("\n")).toHaveLength(4);
    expect((await readFile(rowsFileOf(folder.dir), "utf8")).split("\n")).toContain("no row");
    expect((await readdir(folder.dir)).filter((name) => name.includes("draft"))).toEqual([]);
    expect(pruningLines(done).join("\n")).toContain(`gone ${ofNight(0).run}`);
  });

  it("leaves a later run of an id that was used twice, and names it", async () => {
    await using folder = await kept();
    const again = historyRow({ ...ofNight(9), run: ofNight(0).run });
    await writeFile(rowsFileOf(folder.dir), `${JSON.stringify(again)}\n`, { flag: "a" });
    const done = await prune(folder.dir, { since: second }, pruner);
    expect(done.runs).toEqual([{ run: ofNight(0).run, started: ofNight(0).started, rows: 2 }]);
    expect(done.twice).toEqual([{ run: ofNight(0).run, started: again.started, rows: 1 }]);
    expect(await readFile(rowsFileOf(folder.dir), "utf8")).toContain(again.started);
    expect(await readFile(done.file, "utf8")).not.toContain(again.started);
    expect(pruningLines(done).join("\n")).toContain(`stays ${ofNight(0).run} ${again.started}`);
  });

  it("does nothing where nothing is old, and says so; and refuses a folder without a history", async () => {
    await using folder = await kept();
    const done = await prune(folder.dir, { newest: 9 }, pruner);
    expect(pruningLines(done)).toEqual(["nothing to take out: 8 rows and 1 line that are no rows stay"]);
    expect((await readdir(folder.dir)).filter((name) => name.startsWith("pruned"))).toEqual([]);
    await using empty = await historyFolder();
    for (const asked of [planPruning(empty.dir, { newest: 1 }), prune(empty.dir, { newest: 1 }, pruner)])
      await expect(asked).rejects.toMatchObject({ code: "bad-input" });
  });

  it("leaves a line that is no row as it is, however long, torn or no text", async () => {
    await using folder = await kept();
    const odd = Buffer.concat([
      Buffer.from(`${"x".repeat(3 * 2 ** 20)}\n`),
      Buffer.from([0xff, 0xfe, 0x0a]),
      Buffer.from("torn"),
    ]);
    await writeFile(rowsFileOf(folder.dir), odd, { flag: "a" });
    await prune(folder.dir, { newest: 1 }, pruner);
    const now = await readFile(rowsFileOf(folder.dir));
    expect(now.subarray(-odd.length).equals(odd)).toBe(true);
    expect(await runsIn(folder.dir)).toEqual([ofNight(3).run]);
  });

  it("is refused while somebody else is at it, and changes nothing; a pruner that is dead holds nobody up", async () => {
    await using folder = await kept();
    const before = await readFile(rowsFileOf(folder.dir), "utf8");
    const other = await takeLock(folder.dir, { pid: 2, startTime: "t" }, living, "prune");
    await expect(prune(folder.dir, { newest: 1 }, pruner)).rejects.toMatchObject({ code: "environment" });
    expect(await readFile(rowsFileOf(folder.dir), "utf8")).toBe(before);
    expect((await readdir(folder.dir)).filter((name) => name.startsWith("pruned"))).toEqual([]);
    if (other.taken) await other.release();
    await takeLock(folder.dir, { pid: 3, startTime: "gone" }, living, "prune");
    await prune(folder.dir, { newest: 1 }, pruner);
    expect(await runsIn(folder.dir)).toEqual([ofNight(3).run]);
  });

  it("loses no row that is appended while several prune at once: one does it, the others are refused", async () => {
    await using folder = await kept();
    const later = Array.from({ length: 20 }, (_, n) => ofNight(10 + n));
    const appending = (async () => {
      for (const night of later) await appendRows(folder.dir, [historyRow(night)]);
    })();
    const ways = Array.from({ length: 6 }, (_, n) =>
      prune(folder.dir, { since: second }, { ...pruner, at: new Date(at.getTime() + n) }),
    );
    const done = await Promise.allSettled(ways);
    await appending;
    expect(done.some(({ status }) => status === "fulfilled")).toBe(true);
    expect(await runsIn(folder.dir)).toEqual([...[1, 2, 3].map(ofNight), ...later].map(({ run }) => run));
  });

  it("loses no row that is appended meanwhile", async () => {
    await using folder = await kept();
    const later = Array.from({ length: 60 }, (_, n) => ofNight(10 + n));
    const appending = (async () => {
      for (const night of later) await appendRows(folder.dir, [historyRow(night)]);
    })();
    for (let turn = 0; turn < 10; turn += 1) {
      await appendRows(folder.dir, [historyRow(ofNight(0))]);
      await prune(folder.dir, { since: second }, { ...pruner, at: new Date(at.getTime() + turn) });
    }
    await appending;
    expect(await runsIn(folder.dir)).toEqual([...[1, 2, 3].map(ofNight), ...later].map(({ run }) => run));
  });
});
