// A run folder of somebody else, with links and pipes where a run has folders and files.

import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { trialsOf } from "../../../src/core/digest.ts";
import { junit } from "../../../src/reporters/junit.ts";
import { mergeRuns } from "../../../src/run/merge.ts";
import { readRecorded } from "../../../src/run/recorded.ts";
import { reportAgain } from "../../../src/run/report-again.ts";
import { writeResult, writeTrialVerdict } from "../../../src/store/results.ts";
import { createRunFolder, trialFolder } from "../../../src/store/run-folder.ts";
import { passingRun } from "../../builders/sample-run.ts";

let base: string;
let dir: string;
/** Where links lead. */
let elsewhere: string;
/** A trial's folder. */
let trial: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "rebound-linked-"));
  elsewhere = join(base, "elsewhere");
  await mkdir(elsewhere);
  await writeFile(join(elsewhere, "own.txt"), "somebody's own");
  const { run } = passingRun();
  const folder = await createRunFolder(join(base, "reports"), run.runId);
  dir = folder.dir;
  for (const one of run.intents.flatMap(({ trials }) => trials)) {
    const { timeline } = await trialFolder(folder, one.plan);
    trial = dirname(timeline);
    await writeFile(timeline, '{"kind":"phase","at":1,"phase":"done"}\n');
    await writeTrialVerdict(dir, one);
  }
  await writeResult(dir, run, trialsOf(run));
});
afterEach(() => rm(base, { recursive: true, force: true }));

const cases: readonly [string, string, () => Promise<void>][] = [
  ["a trial's folder that lies elsewhere", "is a link", () => linked(trial)],
  ["a folder of trials that lies elsewhere", "is a link", () => linked(join(dir, "trials"))],
  ["a report that would be written elsewhere", "is a link", () => laid("index.html")],
  ["a run.json that lies elsewhere", "is a link", () => laid("run.json")],
  [
    "a pipe for a timeline",
    "neither a folder nor a plain file",
    async () => {
      await rm(join(trial, "timeline.jsonl"));
      execFileSync("mkfifo", [join(trial, "timeline.jsonl")]);
    },
  ],
];

/** Moves it away, and has a link lead there. */
async function linked(path: string): Promise<void> {
  const moved = join(elsewhere, "moved");
  await rename(path, moved);
  await symlink(moved, path);
}

async function laid(name: string): Promise<void> {
  await rm(join(dir, name), { force: true });
  await symlink(join(elsewhere, "own.txt"), join(dir, name));
}

async function everythingIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true })).toSorted();
}

test.each(cases)("%s is refused, by its place, and nothing is read or written", async (_, says, make) => {
  await make();
  const before = await everythingIn(base);
  const refused = { code: "bad-input", message: expect.stringContaining(says) };
  await expect(readRecorded(dir)).rejects.toMatchObject(refused);
  await expect(reportAgain(dir, { reporters: [junit], note: () => undefined })).rejects.toMatchObject(refused);
  const merging = { reporters: [junit], onTrouble: () => undefined };
  await expect(mergeRuns([dir, dir], join(base, "all"), merging)).rejects.toMatchObject(refused);
  expect(await everythingIn(base)).toEqual(before);
  expect(await readFile(join(elsewhere, "own.txt"), "utf8")).toBe("somebody's own");
});

test("what a healer keeps of what it has learned may be anything", async () => {
  await mkdir(join(dir, "lessons"));
  await symlink(elsewhere, join(dir, "lessons/kept"));
  const { open } = await readRecorded(dir);
  expect(open?.run.outcome).toBe("pass");
  await open?.close();
});
