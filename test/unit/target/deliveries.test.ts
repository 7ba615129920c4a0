// What target.yaml may say of batches of documents, and what is wrong with it, all at once.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { expect, it } from "vitest";
import { recordOf } from "../../../src/core/deliveries.ts";
import { deliveriesShape } from "../../../src/target/deliveries-schema.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { targetReader } from "../../builders/target-reader.ts";
import { parse } from "yaml";

const file = resolve(import.meta.dirname, "../../../targets/reference-ai-stack/target.yaml");
const { deliveries } = parse(readFileSync(file, "utf8")) as { deliveries: Record<string, unknown> };

it("takes what the reference stack says", () => {
  expect(deliveriesShape.safeParse(deliveries).success).toBe(true);
});

it("puts nothing down outside of the work folder", () => {
  const takes = (folder: string): boolean => deliveriesShape.safeParse({ ...deliveries, folder }).success;
  expect(takes("{workDir}/a/b-c.d")).toBe(true);
  for (const folder of [
    "/tmp/a",
    "{workDir}",
    "{workDir}/../a",
    "{workDir}/a/..",
    "{cacheDir}/a",
    "{workDir}//a",
    "a",
  ]) {
    expect(takes(folder), folder).toBe(false);
  }
});

it("takes what is promised of what arrives as a time and a word", () => {
  const takes = (fresh: unknown): boolean => deliveriesShape.safeParse({ ...deliveries, fresh }).success;
  expect(takes({ within: "2s", waits: "queued" })).toBe(true);
  for (const odd of [{ within: "2s" }, { within: 2, waits: "queued" }, { within: "soon", waits: "queued" }, {}]) {
    expect(takes(odd), JSON.stringify(odd)).toBe(false);
  }
});

it("fills a record in as one line, a number as a number", () => {
  const record = JSON.stringify(deliveries["record"]);
  const line = recordOf({ record }, { id: "a", text: 'says "b"\nand {id}', version: 7 });
  expect(line).not.toContain("\n");
  expect(JSON.parse(line)).toEqual({
    schema: 1,
    id: "a",
    title: "a",
    text: 'says "b"\nand {id}',
    version: 7,
    tags: ["public"],
  });
});

it("refuses a promise that a fault has no time to wait for", () => {
  const text = readFileSync(file, "utf8");
  const found = (within: string): string[] =>
    lintTargetText(
      text.replace("fresh: { within: 2s,", `fresh: { within: ${within},`),
      file,
      targetReader(dirname(file)),
    ).problems.map((problem) => problem.found);
  expect(found("8s")).toEqual([]);
  expect(found("20s")).toEqual(["20s"]);
});
