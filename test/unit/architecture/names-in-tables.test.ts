// Code asks for a property of an arm and for the role of a rule, never for a name: else a new one touches every file
// that lists the others.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { armNames } from "../../../src/core/arms.ts";
import { ruleTable } from "../../../src/verdict/rule-table.ts";

const src = join(import.meta.dirname, "../../../src");

function sources(): { readonly file: string; readonly code: string }[] {
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => ({ file, code: readFileSync(join(src, file), "utf8") }));
}

/** `file: name` for each string that is one of the names, comments apart. */
function named(names: readonly string[], all: ReturnType<typeof sources>): string[] {
  return all.flatMap(({ file, code }) => {
    const bare = code.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "");
    return names.filter((name) => new RegExp(`["'\`]${name}["'\`]`).test(bare)).map((name) => `${file}: ${name}`);
  });
}

describe("names of the tables", () => {
  it("stand for an arm in the table of arms alone", () => {
    const all = sources();
    expect(all.length).toBeGreaterThan(200);
    const found = named(armNames, all);
    expect(found.filter((one) => !one.startsWith("core/arms.ts:"))).toEqual([]);
    expect(found).toContain("core/arms.ts: loop-ablation");
  });

  it("stand for a rule in the table of rules alone, each in a file of that name", () => {
    const all = sources();
    const rules = ruleTable.map(({ name }) => name);
    const found = named(rules, all);
    expect(found.filter((one) => !one.startsWith("verdict/rule-table.ts:"))).toEqual([]);
    expect(found).toHaveLength(rules.length);
    const files = all.flatMap(({ file }) => /^verdict\/rules\/(.+)\.ts$/.exec(file)?.[1] ?? []);
    expect(files.toSorted()).toEqual(rules.toSorted());
  });
});
