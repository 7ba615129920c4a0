// Runs of several machines become one; what does not go with the others is named, and then nothing passes.

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { trialsOf } from "../../../src/core/digest.ts";
import type { Shard } from "../../../src/records/begun.ts";
import type { RunResult } from "../../../src/records/results/run-result.ts";
import type { Reporter } from "../../../src/reporters/reporter.ts";
import { junit } from "../../../src/reporters/junit.ts";
import { mergeRuns, type MergedRun } from "../../../src/run/merge.ts";
import { writeResult, writeTrialVerdict } from "../../../src/store/results.ts";
import { createRunFolder, trialFolder } from "../../../src/store/run-folder.ts";
import { readRun } from "../../builders/read-run.ts";
import { version } from "../../../src/store/package.ts";
import { passingRun } from "../../builders/sample-run.ts";

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "rebound-merge-"));
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** A run of one intent that passed, with its trials, on a machine of its own; gives its folder. */
async function leave(runId: string, intent: string, extra: Partial<RunResult> = {}): Promise<string> {
  const { run } = passingRun();
  const text = JSON.stringify(run)
    .replaceAll("process/replica-kill", intent)
    .replaceAll('"runId":"sample"', `"runId":"${runId}"`);
  const named = JSON.parse(text) as RunResult;
  const mine: RunResult = { ...named, runId, suite: "nightly", harness: { version: version() }, ...extra };
  const folder = await createRunFolder(await mkdtemp(join(base, "machine-")), runId);
  for (const trial of mine.intents.flatMap(({ trials }) => trials)) {
    const { timeline } = await trialFolder(folder, trial.plan);
    await writeFile(timeline, '{"kind":"phase","at":1,"phase":"done"}\n');
    await writeTrialVerdict(folder.dir, trial);
  }
  await writeResult(folder.dir, mine, trialsOf(mine));
  return folder.dir;
}

const shard = (index: number, of = 2): { shard: Shard } => ({ shard: { index, of, night: "0badcafe" } });
const merged = (...dirs: string[]): Promise<MergedRun> =>
  mergeRuns(dirs, join(base, "all"), { reporters: [junit], onTrouble: (says) => expect.fail(says) });

describe("runs put together", () => {
  test("have all intents and trials, in the order of the shards, and pass when each did", async () => {
    const second = await leave("r2", "b/two", { ...shard(2), startedAt: "2026-11-22T02:00:00.000Z" });
    const first = await leave("r1", "a/one", { ...shard(1), endedAt: "2026-11-22T09:00:00.000Z" });
    const { result, skipped, missing } = await merged(second, first);
    expect({ skipped, missing }).toEqual({ skipped: [], missing: [] });
    expect(result).toMatchObject({
      runId: "r1-merged",
      outcome: "pass",
      interrupted: false,
      planned: 4,
      startedAt: "2026-11-22T02:00:00.000Z",
      endedAt: "2026-11-22T09:00:00.000Z",
      parts: [{ runId: "r1" }, { runId: "r2" }],
    });
    expect(result.intents.map(({ intent, trials }) => [intent, trials.length])).toEqual([
      ["a/one", 2],
      ["b/two", 2],
    ]);
    const written = await readRun(join(base, "all/r1-merged"));
    expect(written.intents[1]?.trials[0]?.verdict).toEqual((await readRun(second)).intents[0]?.trials[0]?.verdict);
    expect(await readFile(join(base, "all/history/trials.ndjson"), "utf8")).toMatch(/(.*"r1-merged".*\n){4}/);
    expect(await readdir(join(base, "all/r1-merged"))).toContain("junit.xml");
  });

  test("do not pass while a shard is missing", async () => {
    const { result, missing } = await merged(await leave("r2", "b/two", shard(2, 3)));
    expect(missing).toEqual(["shard 1/3 is not there", "shard 3/3 is not there"]);
    expect(result).toMatchObject({ outcome: "inconclusive", interrupted: true, reason: "failed" });
  });

  test.each<[string, string, Partial<RunResult>, string]>([
    ["a run that was given twice", "r1", {}, "its run id r1 is that of"],
    ["another suite", "r2", { suite: "smoke" }, "its suite: smoke, the others' nightly"],
    ["another seed", "r2", { seed: 99 }, "its seed: 99, the others' 42"],
    ["another number of shards", "r2", shard(2, 5), "its number of shards: 5, the others' 2"],
    ["other trials", "r2", { shard: { index: 2, of: 2, night: "0ther" } }, "its trials of all shards: 0ther"],
    ["another version", "r2", { harness: { version: "9.9.9" } }, "it is of Rebound 9.9.9"],
  ])("leave out %s, named, and do not pass", async (_, runId, extra, reason) => {
    const first = await leave("r1", "a/one", shard(1));
    const other = await leave(runId, "b/two", { ...shard(2), ...extra });
    const { result, skipped } = await merged(first, other);
    expect(skipped).toEqual([{ dir: other, reason: expect.stringContaining(reason) as string }]);
    expect(result.intents.map(({ intent }) => intent)).toEqual(["a/one"]);
    expect(result.outcome).toBe("inconclusive");
  });

  test("have one part of each shard, and name the others: whole before broken off, then the newer", async () => {
    const one = await leave("r1", "a/one", shard(1));
    const broken = { ...shard(2), interrupted: true, reason: "interrupted" as const };
    const torn = await leave("r2", "b/two", { ...broken, startedAt: "2026-11-29T02:00:00.000Z" });
    const older = await leave("r3", "b/two", { ...shard(2), startedAt: "2026-11-21T02:00:00.000Z" });
    const again = await leave("r4", "c/three", { ...shard(2), startedAt: "2026-11-22T02:00:00.000Z" });
    const twin = await leave("r5", "b/two", { ...shard(2), startedAt: "2026-11-22T02:00:00.000Z" });
    const { skipped, missing, result } = await merged(one, torn, older, again, twin);
    expect(skipped).toEqual([
      { dir: torn, reason: `it is shard 2/2, as ${again} is, which came to its end` },
      { dir: older, reason: `it is shard 2/2, as ${again} is, which is newer` },
      { dir: twin, reason: `it is shard 2/2, as ${again} is, which was given first` },
    ]);
    expect(missing).toEqual([]);
    expect(result.parts?.map(({ runId }) => runId)).toEqual(["r1", "r4"]);
    expect(result).toMatchObject({ outcome: "inconclusive", interrupted: true });
  });

  test("leave out one that is not as it is written, with the field and what was expected of it", async () => {
    const [one, two] = [await leave("r1", "a/one", shard(1)), await leave("r2", "b/two", shard(2))];
    const changed = async (change: (run: Record<string, unknown>) => void): Promise<string | undefined> => {
      const file = join(two, "run.json");
      const before = await readFile(file, "utf8");
      const run = JSON.parse(before) as Record<string, unknown>;
      change(run);
      await writeFile(file, JSON.stringify(run));
      const { skipped } = await mergeRuns([one, two], await mkdtemp(join(base, "out-")), {
        reporters: [],
        onTrouble: (says) => expect.fail(says),
      });
      await writeFile(file, before);
      return skipped[0]?.reason;
    };
    const file = join(two, "run.json");
    expect(await changed((run) => void (run["shard"] = { ...shard(9).shard }))).toBe(
      `${file}: shard: no shard has a higher number than there are shards; ` +
        "expected a file as this version of rebound writes it",
    );
    expect(await changed((run) => void Object.assign(run, { reason: "signal", seed: null }))).toMatch(
      /run\.json: (?:seed|reason): .+; expected a file as .+ \(and 1 more\)$/,
    );
  });

  test("go by what most of them are, and not by which was named first", async () => {
    const other = await leave("r0", "c/zero", { ...shard(1, 3), seed: 7 });
    const [first, second] = [await leave("r1", "a/one", shard(1)), await leave("r2", "b/two", shard(2))];
    const { skipped, result } = await merged(other, first, second);
    expect(skipped).toEqual([{ dir: other, reason: "its seed: 7, the others' 42" }]);
    expect(result.parts?.map(({ runId }) => runId)).toEqual(["r1", "r2"]);
  });

  test("keep for each trial the speed of the machine that it ran on", async () => {
    const { machine } = passingRun().run;
    const of = (runId: string, workMs: number): Partial<RunResult> => ({ runId, machine: { ...machine, workMs } });
    const first = await leave("r1", "a/one", { ...shard(1), ...of("r1", 20) });
    const second = await leave("r2", "b/two", { ...shard(2), ...of("r2", 35) });
    await merged(first, second);
    const rows = (await readFile(join(base, "all/history/trials.ndjson"), "utf8")).trimEnd().split("\n");
    const speeds = rows.map((row) => JSON.parse(row) as { intent: string; workMs: number });
    expect(new Set(speeds.map(({ intent, workMs }) => `${intent} ${workMs}`))).toEqual(
      new Set(["a/one 20", "b/two 35"]),
    );
  });

  test("leave out a run with an intent that another has, since one verdict cannot stand for both", async () => {
    const [first, again] = [await leave("r1", "a/one"), await leave("r2", "a/one")];
    const { skipped } = await merged(first, again);
    expect(skipped).toEqual([{ dir: again, reason: "its intent a/one is in r1 already" }]);
  });

  test("leave out what is no whole run, and show the rest", async () => {
    const [first, torn] = [await leave("r1", "a/one"), await leave("r2", "b/two")];
    await writeFile(join(torn, "run.json"), '{"schemaVersion":1,');
    const { skipped, result } = await merged(first, torn, join(base, "nowhere"));
    expect(skipped.map(({ reason }) => reason)).toEqual([
      "it has no whole run.json (`rebound report` makes one)",
      `no run folder at ${join(base, "nowhere")}`,
    ]);
    expect(result).toMatchObject({ outcome: "inconclusive", intents: [{ intent: "a/one", outcome: "pass" }] });
  });

  test("name trials whose timeline is not whole, and keep their verdicts", async () => {
    const first = await leave("r1", "a/one");
    const [one = "", two = ""] = (await readdir(join(first, "trials/a/one"))).toSorted();
    await writeFile(join(first, "trials/a/one", one, "timeline.jsonl"), '{"kind":"phase","at":1,"phase":"observe"}\n{');
    await rm(join(first, "trials/a/one", two, "timeline.jsonl"));
    // A page is made of every trial: only so are timelines read.
    const read: Reporter = {
      name: "reader",
      async finish({ result, timelineOf }) {
        for (const { plan } of result.intents.flatMap(({ trials }) => trials)) await timelineOf(plan);
      },
    };
    const onTrouble = (says: string): void => expect.fail(says);
    const { result, torn } = await mergeRuns([first], join(base, "all"), { reporters: [read], onTrouble });
    expect(torn.toSorted((a, b) => (a.folder < b.folder ? -1 : 1))).toEqual([
      { folder: `a/one/${one}`, reason: "its timeline ends in observe: what came after is missing" },
      { folder: `a/one/${two}`, reason: "it has no timeline.jsonl" },
    ]);
    expect(result.outcome).toBe("pass");
  });

  test("leave out a run of which a trial is gone or torn, and show the rest", async () => {
    const [first, gone, torn] = [await leave("r1", "a/one"), await leave("r2", "b/two"), await leave("r3", "c/three")];
    const [trial] = await readdir(join(gone, "trials/b/two"));
    await rm(join(gone, "trials/b/two", trial ?? expect.fail()), { recursive: true });
    for (const name of await readdir(join(torn, "trials/c/three"))) {
      await writeFile(join(torn, "trials/c/three", name, "plan.json"), '{"schemaVersion":1,');
    }
    const { skipped, result } = await merged(gone, first, torn);
    expect(skipped).toEqual([
      { dir: gone, reason: `its trial b/two/${trial} cannot be read: it is not there` },
      {
        dir: torn,
        reason: expect.stringMatching(/^its trial c\/three\/\S+ cannot be read: .*, and 1 more$/) as string,
      },
    ]);
    expect(result).toMatchObject({ outcome: "inconclusive", intents: [{ intent: "a/one", outcome: "pass" }] });
  });

  test("leave out a run that cannot be copied, and nothing of it or of a folder that was begun", async () => {
    const [first, second] = [await leave("r1", "a/one", shard(1)), await leave("r2", "b/two", shard(2))];
    const [trial] = await readdir(join(first, "trials/a/one"));
    // Its path is as long as a path can be, and that of a copy would be longer.
    let deep = join(first, "trials/a/one", trial ?? expect.fail());
    while (deep.length < 3_950) deep = join(deep, "d".repeat(80));
    await mkdir(deep, { recursive: true });
    const out = join(base, "l".repeat(200));
    const merging = { reporters: [junit], onTrouble: (says: string) => expect.fail(says) };
    const { skipped, missing, result } = await mergeRuns([first, second], out, merging);
    expect(skipped).toEqual([{ dir: first, reason: expect.stringContaining("cannot copy") as string }]);
    expect(missing).toEqual(["shard 1/2 is not there"]);
    expect(result).toMatchObject({ runId: "r2-merged", outcome: "inconclusive", intents: [{ intent: "b/two" }] });
    expect((await readdir(out)).toSorted()).toEqual(["history", "latest", "r2-merged"]);
    await expect(mergeRuns([first], out, merging)).rejects.toThrow("cannot copy");
    expect((await readdir(out)).toSorted()).toEqual(["history", "latest", "r2-merged"]);
  });

  test("are never put over an earlier result, and need at least one run", async () => {
    const first = await leave("r1", "a/one");
    await merged(first);
    await expect(merged(first)).rejects.toThrow("is there already: these runs were merged before");
    await rm(join(base, "all/r1-merged/run.json"));
    await expect(merged(first)).rejects.toThrow("is there already: a merge of these runs broke off");
    await expect(merged(join(base, "nowhere"))).rejects.toThrow("there is no run to merge");
  });
});
