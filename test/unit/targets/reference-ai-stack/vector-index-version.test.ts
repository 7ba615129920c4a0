// The version of an index in short: another one whenever any of its files is another.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { hashIndex } from "../../../../targets/reference-ai-stack/vector/engines/generation.ts";
import { hashFile, shortHash } from "../../../../targets/reference-ai-stack/vector/layout.ts";

let dir: string;
beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), "index-version-"))));
afterEach(() => rm(dir, { recursive: true, force: true }));

async function versionWith(files: Readonly<Record<string, string>>): Promise<string> {
  const index = join(dir, "index.chroma");
  await rm(index, { recursive: true, force: true });
  await mkdir(index);
  for (const [name, says] of Object.entries(files)) await writeFile(join(index, name), says);
  return shortHash(await hashIndex(index));
}

it("names each of the files of an index that is a folder, not only the first", async () => {
  const [whole, other] = [
    { a: "the same", b: "old" },
    { a: "the same", b: "new" },
  ];
  const version = await versionWith(whole);
  expect(version).toMatch(/^[0-9a-f]{12}$/);
  expect(await versionWith(other)).not.toBe(version);
  expect(await versionWith({ ...whole, c: "" })).not.toBe(version);
  expect(await versionWith(whole)).toBe(version);
});

it("is where the hash of an index begins that is one file", async () => {
  const file = join(dir, "index.usearch");
  await writeFile(file, "index");
  expect(shortHash(await hashIndex(file))).toBe((await hashFile(file)).slice(0, 12));
});
