// What the command line prints goes through one door, where words of others are made harmless to a terminal.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
const files = readdirSync(join(root, "src/cli"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(root, join(entry.parentPath, entry.name)));

/** Lines that write to a terminal themselves. */
const writes = /process\.std(?:out|err)\.write|console\.\w+\(/;

it("the command line writes to the terminal in one file, and elsewhere what a program reads", () => {
  expect(files.length).toBeGreaterThan(15);
  const found = files.filter((file) => writes.test(readFileSync(join(root, file), "utf8")));
  // `history export` is CSV of names that the history took without control characters.
  expect(found.toSorted()).toEqual(["src/cli/commands/history.ts", "src/cli/table.ts"]);
});
