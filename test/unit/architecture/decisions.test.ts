// Each decision has a number of its own and four parts, and fits on half a page.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const folder = resolve(import.meta.dirname, "../../../src/decisions");
const files = readdirSync(folder).toSorted();
/** When it was accepted, perhaps when it was amended, and perhaps a sentence on what it replaces. */
const status = /^\*\*Status:\*\* accepted, \d{4}-\d{2}-\d{2}(?:, amended \d{4}-\d{2}-\d{2})?(?:\. \S.*\.)?$/m;
/** Half a page of 45 lines at 120 columns, with room for headings. */
const mostWords = 260;

describe("decisions", () => {
  it("have each a number of its own", () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => !/^\d{4}-[a-z0-9]+(?:-[a-z0-9]+)*\.md$/.test(file))).toEqual([]);
    expect(new Set(files.map((file) => file.slice(0, 4))).size).toBe(files.length);
  });

  it.each(files)("%s has a number, a status, context, decision and what was refused, on half a page", (file) => {
    const text = readFileSync(join(folder, file), "utf8");
    expect(text).toMatch(new RegExp(`^# ${file.slice(0, 4)} \\S`));
    expect(text.match(/^(?:## \w+|\*\*Status:\*\*)/gm)).toEqual([
      "**Status:**",
      "## Context",
      "## Decision",
      "## Refused",
    ]);
    expect(text).toMatch(status);
    for (const part of text.split(/^## \w+\n/m).slice(1)) expect(part.trim().length).toBeGreaterThan(3);
    expect(text.split(/\s+/).length).toBeLessThanOrEqual(mostWords);
  });

  it("name files that are there", () => {
    const named = files.flatMap((file) => {
      const paths = readFileSync(join(folder, file), "utf8").matchAll(/`([\w.-]+(?:\/[\w.-]+)+\.ts)`/g);
      return [...paths].map(([, path = ""]) => ({ file, path }));
    });
    expect(named.length).toBeGreaterThan(20);
    const bases = ["", "src", "test", "targets/reference-ai-stack"].map((base) => resolve(folder, "../..", base));
    expect(named.filter(({ path }) => !bases.some((base) => existsSync(join(base, path))))).toEqual([]);
  });
});
