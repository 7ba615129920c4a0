// Comments fit a window beside another one, and cite only what a reader can open.

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
const widest = 120;

const files = ["src", "targets", "test"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !/(?:^|\/)(?:node_modules|dist)\//.test(file))
    .map((file) => join(folder, file)),
);

interface Comment {
  readonly where: string;
  readonly line: string;
}

/** Lines that are comments and nothing else, with file and number. */
function commentsIn(file: string, text: string): Comment[] {
  return text
    .split("\n")
    .map((line, index) => ({ where: `${file}:${index + 1}`, line }))
    .filter(({ line }) => /^\s*(?:\/\/|\/\*|\*(?:\s|\/|$))/.test(line));
}

const isWide = ({ line }: Comment): boolean => line.length > widest;
/** The name of a file that this repository does not have. */
const isAbroad = ({ line }: Comment): boolean => /\b(?:MEASUREMENT|SEAMS|HOUSE)\b/.test(line);

const comments = files.flatMap((file) => commentsIn(file, readFileSync(join(root, file), "utf8")));

it("comments are found in many files, the wide ones among them", () => {
  expect(comments.length).toBeGreaterThan(5_000);
  const text = `  // ${"x".repeat(115)}\n  // ${"x".repeat(116)}\n  const wide = "${"x".repeat(200)}";\n`;
  expect(commentsIn("a.ts", text).filter(isWide)).toMatchObject([{ where: "a.ts:2" }]);
});

it("a line of a comment has at most 120 columns", () => {
  expect(comments.filter(isWide).map(({ where }) => where)).toEqual([]);
});

it("no comment cites a file outside the repository", () => {
  expect(comments.filter(isAbroad).map(({ where, line }) => `${where} ${line.trim()}`)).toEqual([]);
});
