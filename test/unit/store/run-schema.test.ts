// run.json's schema: equal to the types, equal to the file that is published, and strict.

import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import type { RunResult } from "../../../src/core/verdict.ts";
import { runJsonSchema, runSchema } from "../../../src/store/run-schema.ts";
import { passingRun, sampleRun } from "../../builders/sample-run.ts";

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

// The other direction of the schemas' own `satisfies`: an optional field that the types know and a strict schema does
// not would be refused at run time, so it must not compile.
export const everyRunFits = (run: RunResult): Frozen<z.infer<typeof runSchema>> => run;

const schemaFile = new URL("../../../src/store/run.schema.json", import.meta.url);

describe("the schema of run.json", () => {
  test("the published JSON Schema is the one the code generates (regenerate: npx vitest run -u test/unit/store/run-schema.test.ts)", async () => {
    await expect(`${JSON.stringify(runJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
      "../../../src/store/run.schema.json",
    );
    const published: unknown = JSON.parse(await readFile(schemaFile, "utf8"));
    expect(published).toEqual(runJsonSchema());
  });

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
