// Names of the convention for generative AI change while it is in development: one file has them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const target = join(import.meta.dirname, "../../../../../targets/reference-ai-stack");

test("names of generative AI stand in one file, and all other code builds on them", () => {
  const files = readdirSync(target, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const withNames = files.filter((file) => {
    const code = readFileSync(join(target, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\//g, "");
    return /gen_ai[._]/.test(code.replaceAll(/(^|\s)\/\/.*$/gm, ""));
  });
  expect(files.length).toBeGreaterThan(100);
  expect(withNames).toEqual(["common/telemetry/names.ts"]);
});
