// Each code has an example that raises it and one that does not, and is raised somewhere in src.

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { problemCodeOf, problemTable } from "../../../../src/core/problems/index.ts";
import { lintedExample } from "../../../builders/linted-example.ts";

const root = resolve(import.meta.dirname, "../../../..");
const codes = [...problemTable.keys()];

async function codesOf(code: (typeof codes)[number], which: "wrong" | "right"): Promise<readonly unknown[]> {
  const entry = problemTable.get(code);
  if (entry === undefined) throw new Error(`no ${code}`);
  const problems = await lintedExample(entry.of, entry[which]);
  return problems.map((problem) => problem.code);
}

describe("the table of codes", () => {
  it("is read whole", () => {
    expect(codes.length).toBeGreaterThan(100);
  });

  it.each(codes)("%s is raised by its wrong example", async (code) => {
    expect(await codesOf(code, "wrong")).toContain(code);
  });

  it.each(codes)("%s is not raised by its right example", async (code) => {
    const raised = await codesOf(code, "right");
    expect(raised).not.toContain(code);
    // A part of a sound file is sound; of whole files the examples show one thing only.
    if (problemTable.get(code)?.of !== "file") expect(raised).toEqual([]);
  });

  it("holds no code that nothing in src raises", () => {
    const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.startsWith(join("core", "problems")))
      .map((name) => readFileSync(join(root, "src", name), "utf8"))
      .join("\n");
    expect(codes.filter((code) => !sources.includes(`"${code}"`))).toEqual([]);
  });

  it("is asked by code, in whatever case, with or without RB", () => {
    expect(["RB0107", "rb0107", "0107", " RB0107 "].map(problemCodeOf)).toEqual(Array(4).fill("RB0107"));
    expect(["RB9999", "107", "", "constructor"].map(problemCodeOf)).toEqual(Array(4).fill(undefined));
  });
});
