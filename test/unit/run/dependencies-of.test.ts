// Which trials of a run folder show who depends on whom, and what is refused.

import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { trialsOf } from "../../../src/core/digest.ts";
import { toldTrialsIn } from "../../../src/run/dependencies-of.ts";
import { writeResult } from "../../../src/store/results.ts";
import { createRunFolder, trialFolder } from "../../../src/store/run-folder.ts";
import { passingRun } from "../../builders/sample-run.ts";

const { run } = passingRun();
const trials = run.intents.flatMap((intent) => intent.trials);

let base: string;
let dir: string;
let timelines: readonly string[];

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "rebound-dependencies-"));
  const folder = await createRunFolder(base, run.runId);
  dir = folder.dir;
  timelines = await Promise.all(trials.map(async ({ plan }) => (await trialFolder(folder, plan)).timeline));
  for (const timeline of timelines) await writeFile(timeline, '{"kind":"phase","at":1,"phase":"done"}\n');
  await writeResult(dir, run, trialsOf(run));
});
afterEach(() => rm(base, { recursive: true, force: true }));

async function asked(path = dir): Promise<{ readonly told: number; readonly notes: readonly string[] }> {
  const notes: string[] = [];
  const told = await toldTrialsIn(path, (says) => void notes.push(says));
  return { told: told.length, notes };
}

test("a trial of which half the timeline is missing, or the plan, shows nothing, and is named", async () => {
  expect(await asked()).toEqual({ told: trials.length, notes: [] });
  const [first = ""] = timelines;
  await writeFile(first, '{"kind":"phase","at":1,"phase":"baseline"}\n');
  const torn = await asked();
  expect(torn.told).toBe(trials.length - 1);
  expect(torn.notes).toEqual([
    expect.stringMatching(/^skipped: .*: its timeline ends in baseline: what came after is missing$/),
  ]);
  await rm(join(first, "../plan.json"));
  const unplanned = await asked();
  expect(unplanned.told).toBe(trials.length - 1);
  expect(unplanned.notes).toEqual([expect.stringMatching(/^skipped: .*: it has no plan\.json$/)]);
});

test("what is no run folder of this version is refused with its path", async () => {
  const refused = (path: string, message: string): Promise<void> =>
    expect(toldTrialsIn(path, () => undefined)).rejects.toMatchObject({
      code: "bad-input",
      message: expect.stringContaining(message) as string,
    });
  await refused(join(base, "none"), `no run folder at ${join(base, "none")}`);
  await refused(join(dir, "run.json"), "is not a run folder");
  await mkdir(join(base, "empty"));
  await refused(join(base, "empty"), `no trials in ${join(base, "empty")}`);
  await writeFile(join(dir, "run.json"), '{"schemaVersion":1}');
  await refused(dir, "run.json");
  await rename(join(dir, "run.json"), join(base, "moved.json"));
  await symlink(join(base, "moved.json"), join(dir, "run.json"));
  await refused(dir, "is a link");
});
