// Each decision has a number of its own and four parts, and fits on half a page.

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const folder = resolve(import.meta.dirname, "../../../src/decisions");
const files = readdirSync(folder).toSorted();
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
    for (const part of text.split(/^## \w+\n/m).slice(1)) expect(part.trim().length).toBeGreaterThan(3);
    expect(text.split(/\s+/).length).toBeLessThanOrEqual(mostWords);
  });
});
