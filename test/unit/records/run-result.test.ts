// run.json's schema is strict, and takes every run that is written.

import { describe, expect, test } from "vitest";
import { runSchema } from "../../../src/records/results/run-result.ts";
import { passingRun, sampleRun } from "../../builders/sample-run.ts";

describe("the schema of run.json", () => {
  test.each([
    ["a partial run", sampleRun().run],
    ["a whole run", passingRun().run],
    ["a run without intents", sampleRun({ intents: [], outcome: "inconclusive" }).run],
  ])("%s survives JSON and validation unchanged", (_name, run) => {
    expect(runSchema.parse(JSON.parse(JSON.stringify(run)))).toEqual(run);
  });

  test.each([
    ["a field nobody knows", { ...passingRun().run, extra: 1 }],
    ["another version", { ...passingRun().run, schemaVersion: 2 }],
    ["an outcome that is none of the four", { ...passingRun().run, outcome: "skipped" }],
    ["a number that JSON cannot hold", { ...passingRun().run, seed: Number.NaN }],
    ["a missing field", { ...passingRun().run, machine: undefined }],
  ])("%s is refused", (_name, run) => {
    expect(runSchema.safeParse(run).success).toBe(false);
  });
});
