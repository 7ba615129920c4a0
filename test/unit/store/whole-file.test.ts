import { link, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeWhole } from "../../../src/store/whole-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "whole-file-"));
});
afterEach(() => rm(folder, { recursive: true }));

test.each([
  ["a link", symlink],
  ["a second name", link],
] as const)("%s in the place of file or draft leads nowhere: what it led to stays as it was", async (_, lay) => {
  const elsewhere = join(folder, "elsewhere");
  await writeFile(elsewhere, "somebody's own");
  const file = join(folder, "report.html");
  for (const name of [file, `${file}.tmp`]) await lay(elsewhere, name);
  await writeWhole(file, "ours");
  expect(await readFile(elsewhere, "utf8")).toBe("somebody's own");
  expect(await readFile(file, "utf8")).toBe("ours");
  expect(await readdir(folder)).toEqual(["elsewhere", "report.html"]);
});
