import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { ArmName } from "../../../src/core/arms.ts";
import type { TrialPlan } from "../../../src/records/plan.ts";
import { openLearned } from "../../../src/store/learned.ts";
import { tell } from "../../builders/simulated-trial.ts";
import { stories } from "../../golden/stories.ts";

const { plan: sample } = tell(stories["clean heal"]);

function planOf(arm: ArmName, learning: NonNullable<TrialPlan["learning"]>, index = 1): TrialPlan {
  return { ...sample, arm, learning, index };
}

async function runDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "learned-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  return dir;
}

test("what the first healer left is there for the second one, and nothing is where the store is emptied", async () => {
  const dir = await runDir();
  const first = (await openLearned(dir, planOf("treatment", "lesson"))) ?? "";
  expect(await readdir(first)).toEqual([]);
  await writeFile(join(first, "learning.sqlite"), "what it learned");
  const kept = (await openLearned(dir, planOf("learned", "kept"))) ?? "";
  expect(await readFile(join(kept, "learning.sqlite"), "utf8")).toBe("what it learned");
  const emptied = (await openLearned(dir, planOf("forgotten", "emptied"))) ?? "";
  expect(await readdir(emptied)).toEqual([]);
  expect(new Set([first, kept, emptied]).size).toBe(3);
});

test("what the second one learns changes nothing of the first, and another index has its own", async () => {
  const dir = await runDir();
  const first = (await openLearned(dir, planOf("treatment", "lesson"))) ?? "";
  await writeFile(join(first, "a"), "1");
  const kept = (await openLearned(dir, planOf("learned", "kept"))) ?? "";
  await writeFile(join(kept, "a"), "2");
  expect(await readFile(join(first, "a"), "utf8")).toBe("1");
  await expect(openLearned(dir, planOf("learned", "kept", 2))).rejects.toThrow();
});

test("a healer that keeps nothing there ends the run with a word, and compares nothing with nothing", async () => {
  const dir = await runDir();
  await openLearned(dir, planOf("treatment", "lesson"));
  await expect(openLearned(dir, planOf("learned", "kept"))).rejects.toThrow("nothing was kept");
});

test("the folder's name tells a healer neither intent nor arm, and a trial without a second one has none", async () => {
  const dir = await runDir();
  expect(basename((await openLearned(dir, planOf("learned", "emptied"))) ?? "")).toMatch(/^[0-9a-f]{8}$/);
  expect(await openLearned(dir, sample)).toBeUndefined();
});
