// Runs by folder and by id, and what is said of those that cannot be compared.

import { describe, expect, it } from "vitest";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digestOf } from "../../../src/core/digest.ts";
import { appendRows, rowsFileOf } from "../../../src/history/rows-file.ts";
import { sidesOf } from "../../../src/run/compare-sides.ts";
import { historyRowsOf } from "../../../src/verdict/history-rows.ts";
import { historyFolder, historyRow, ofNight } from "../../builders/history-rows.ts";
import { passingRun } from "../../builders/sample-run.ts";

const [first, second, third] = [0, 1, 2].map((night) => ofNight(night).run) as [string, string, string];

async function kept() {
  const folder = await historyFolder();
  await appendRows(
    folder.dir,
    [0, 1, 2].map((night) => historyRow(ofNight(night))),
  );
  return folder;
}

describe("the sides of a comparison", () => {
  it("are runs of the history, several with commas, or all that came before", async () => {
    await using folder = await kept();
    const one = await sidesOf(`${first},${second}`, third, folder.out);
    expect([one.before.map(({ run }) => run), one.after.map(({ run }) => run)]).toEqual([[first, second], [third]]);
    const baseline = await sidesOf("baseline", second, folder.out);
    expect(baseline.before.map(({ run }) => run)).toEqual([first]);
  });

  it("are folders of runs, too, wherever they lie", async () => {
    await using folder = await kept();
    const { run } = passingRun();
    await mkdir(join(folder.out, "one"));
    await writeFile(join(folder.out, "one/run.json"), JSON.stringify(run));
    const { after } = await sidesOf(first, join(folder.out, "one"), folder.out);
    const intents = run.intents.map((intent) => ({ ...intent, trials: intent.trials.map(digestOf) }));
    expect(after).toEqual(historyRowsOf({ ...run, intents }));
  });

  it("that are not there, of another version, the same, or without a common intent are refused in words", async () => {
    await using folder = await kept();
    const { out, dir } = folder;
    const refused = (before: string, after: string): Promise<unknown> =>
      sidesOf(before, after, out).catch((thrown: unknown) => thrown);
    expect(await refused(first, "nowhere")).toMatchObject({
      code: "bad-input",
      message: expect.stringMatching(/no run nowhere/),
    });
    expect(await refused(first, first)).toMatchObject({
      code: "bad-input",
      message: expect.stringMatching(/stands on both sides/),
    });
    expect(await refused(`${first},${first}`, second)).toMatchObject({
      message: expect.stringMatching(/named twice on one side/),
    });
    expect(await refused(first, "baseline")).toMatchObject({ message: expect.stringMatching(/"baseline" is no run/) });
    expect(await refused("baseline", first)).toMatchObject({
      message: expect.stringMatching(/no run in the 90 days before/),
    });
    await mkdir(join(out, "later"));
    await writeFile(join(out, "later/run.json"), JSON.stringify({ ...passingRun().run, schemaVersion: 2 }));
    expect(await refused(first, join(out, "later"))).toMatchObject({
      message: expect.stringMatching(/not what this version/),
    });
    await appendRows(dir, [historyRow({ ...ofNight(3), intent: "other/one" })]);
    expect(await refused(first, ofNight(3).run)).toMatchObject({ message: "no intent stands on both sides" });
    const twin = historyRow({ ...ofNight(1), started: "2026-01-02T02:10:00.000Z" });
    await writeFile(rowsFileOf(dir), `${JSON.stringify(twin)}\n`, { flag: "a" });
    expect(await refused(first, second)).toMatchObject({ message: expect.stringMatching(/two runs of the id/) });
  });
});
