// A short calibration: what Rebound measures on the oracle holds what the oracle wrote down. `npm run
// calibrate:harness` is the long one.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { isCovered } from "../programs/calibrate/figures.ts";
import { missesOf } from "../programs/calibrate/table.ts";
import { readTrials, runTrials } from "../programs/calibrate/trials.ts";

it("holds the truth in every interval of a conclusive trial, and says nothing that never happened", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rebound-oracle-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  // The seed picks the shapes ramp, state, wrong and step.
  await runTrials({ n: 4, seed: 17, jobs: 1, shape: undefined, folder }, () => undefined);
  const { comparisons, outcomes, lost } = await readTrials(folder);
  expect(lost).toEqual([]);
  expect(outcomes.length).toBe(4);
  const samples = comparisons.flatMap((one) => one.samples).filter(({ conclusive }) => conclusive);
  const wrongs = comparisons.flatMap((one) => one.wrongs).filter(({ conclusive }) => conclusive);
  expect(
    samples.filter((sample) => !isCovered(sample)),
    missesOf(samples, []).join("\n"),
  ).toEqual([]);
  expect(wrongs).toEqual([]);
  // On a machine that is too busy to measure a trial says so, and then there is nothing to hold it to.
  for (const { outcome, trial } of outcomes.filter(({ outcome }) => outcome === "pass" || outcome === "fail"))
    expect(samples.filter((sample) => sample.trial === trial).length, outcome).toBeGreaterThan(5);
});
