// Each promise of src/internals/security.md has a test of the title that stands beside it.

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
const page = readFileSync(join(root, "src/internals/security.md"), "utf8");

/** Where tests lie that a section names without their folder. */
const folders = [...page.matchAll(/^All in `test\/([^`]+)`\.$/gm)].map(([, folder = ""]) => folder);

interface Promised {
  readonly says: string;
  readonly file: string;
  readonly title: string;
}

const rows = page.split("\n").filter((line) => /^\| (?!promise \||---)/.test(line));
const promised: readonly Promised[] = rows.flatMap((row) => {
  const [, says = "", file = "", title = ""] = /^\| (.+) \| `([^`]+)` “([^”]+)” \|$/.exec(row) ?? [];
  return says === "" ? [] : [{ says, file, title }];
});

function textOf(file: string): string {
  const [folder = ""] = file.includes("/") ? [] : folders;
  try {
    return readFileSync(join(root, "test", folder, file), "utf8");
  } catch {
    return "";
  }
}

it("what is promised of Rebound's own safety has a test for every line of it", () => {
  expect(promised.length).toBeGreaterThan(30);
  expect(promised).toHaveLength(rows.length);
  const titles = (file: string): readonly string[] =>
    textOf(file)
      .split("\n")
      .filter((line) => /\b(?:it|test)\b[.(]|^\s*\]|^\s*["`]/.test(line));
  expect(promised.filter(({ file, title }) => !titles(file).some((line) => line.includes(title)))).toEqual([]);
});
