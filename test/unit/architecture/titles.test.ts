// Titles of tests are sentences about behaviour: a list of failures is read by people who do not know the file.

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const folder = resolve(import.meta.dirname, "../..");

const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
  // Packages that some tests bring along have tests of their own.
  (file) => /\.(?:test|spec)\.ts$/.test(file) && !file.includes("node_modules"),
);

/** Titles of `it` and `test`, with or without a table, that are written out in a text. */
function titlesIn(text: string): string[] {
  const call = /^\s*(?:(?:it|test)[.\w]*(?:\(.*\))?|\][^\n]{0,60})\(\s*(["`])((?:\\.|(?!\1).)*)\1,/gm;
  return [...text.matchAll(call)].map(([, , title = ""]) => title);
}

/** What keeps a title from being a sentence; undefined when it may be one. */
function fault(title: string): string | undefined {
  // What a table fills in is a word.
  const words = title.replaceAll(/\$\{[^}]*\}|\$[\w.]+|%\w/g, "x").match(/[\p{L}\p{N}][\p{L}\p{N}'’.-]*/gu) ?? [];
  if (words.length < 3) return "fewer than three words";
  if (/[.!]$/.test(title)) return "a stop at its end";
  if (/^(?:should|tests?|works)\b/i.test(title)) return "a beginning that says nothing";
  return undefined;
}

describe("titles of tests", () => {
  const titles = files.flatMap((file) =>
    titlesIn(readFileSync(join(folder, file), "utf8")).map((title) => ({ file, title })),
  );

  it("are found in nearly every file", () => {
    const withTitles = new Set(titles.map(({ file }) => file));
    expect(titles.length).toBeGreaterThan(1_500);
    // The titles of a fault's contract stand where all faults have them.
    const others = files.filter((file) => !file.includes(join("contract", "faults")));
    expect(others.filter((file) => !withTitles.has(file)).length).toBeLessThan(others.length / 40);
  });

  it("are sentences about behaviour", () => {
    const bad = titles.flatMap(({ file, title }) => {
      const found = fault(title);
      return found === undefined ? [] : [`${file}: “${title}” has ${found}`];
    });
    expect(bad).toEqual([]);
  });

  it("of a noun, of a stop, of nothing to say are seen", () => {
    expect(fault("count: %s")).toContain("three words");
    expect(fault("the proxy")).toContain("three words");
    expect(fault("a toxic is removed.")).toContain("a stop");
    expect(fault("should remove the toxic")).toContain("a beginning");
    expect(fault("removes the toxic of %s")).toBeUndefined();
  });
});
