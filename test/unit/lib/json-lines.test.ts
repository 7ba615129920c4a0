import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eachWholeLine, endTornLine, linesIn, readJsonLine } from "../../../src/lib/json-lines.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "json-lines-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function linesOf(text: string): Promise<readonly string[]> {
  const file = join(folder, "lines.jsonl");
  await writeFile(file, text);
  const lines: string[] = [];
  await eachWholeLine(file, (line) => lines.push(line));
  return lines;
}

test.each<[string, string, string[]]>([
  ["nothing", "", []],
  ["whole lines", "1\n2\n", ["1", "2"]],
  ["a torn last line, also one that is JSON as far as it goes", "1\n23", ["1"]],
  ["an empty line, for its reader to judge", "1\n\n2\n", ["1", "", "2"]],
  [
    "a character that is cut by the pieces of reading",
    `${"a".repeat(256 * 1024 - 1)}é\nb\n`,
    [`${"a".repeat(256 * 1024 - 1)}é`, "b"],
  ],
])("a file of %s is read line by line", async (_what, text, lines) => {
  expect(await linesOf(text)).toEqual(lines);
});

test("a file that is not there is an error of its reader", async () => {
  await expect(eachWholeLine(join(folder, "none"), () => undefined)).rejects.toThrow("ENOENT");
});

test.each([
  ["1\n2", "1\n2\n3\n"],
  ["1\n", "1\n3\n"],
  ["", "3\n"],
])("what is appended to %j stands on a line of its own", async (before, after) => {
  const file = join(folder, "torn.jsonl");
  await writeFile(file, before);
  const handle = await open(file, "a+");
  await endTornLine(handle);
  await handle.appendFile("3\n");
  await handle.close();
  expect(await readFile(file, "utf8")).toBe(after);
});

test("a line is a value, or the reason why it is none", () => {
  expect(readJsonLine("null")).toEqual({ ok: true, value: null });
  expect(readJsonLine("{")).toMatchObject({ ok: false });
  expect(linesIn("1\n \n2")).toEqual(["1", "2"]);
});

test("a line may begin with a byte order mark, as the first one of a file that an editor touched", () => {
  expect(readJsonLine('\ufeff{"a":1}')).toEqual({ ok: true, value: { a: 1 } });
  expect(readJsonLine('\ufeff\ufeff{"a":1}')).toMatchObject({ ok: false });
});
