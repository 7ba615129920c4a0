import { mkdtemp, mkdir, rm, writeFile, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDigests } from "../../../../targets/reference-ai-stack/vector/digest.ts";
import { hashIndex } from "../../../../targets/reference-ai-stack/vector/engines/generation.ts";
import { keepUnwritten, markOf, UNWRITTEN_MS } from "../../../../targets/reference-ai-stack/vector/unwritten.ts";

let dir: string;
let index: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "unwritten-"));
  index = join(dir, "index");
  await writeFile(index, "as it was written");
});
afterEach(async () => rm(dir, { recursive: true }));

/** What is written now was written long ago. */
const later = (): number => Date.now() + 60_000;

/** Hashes it, and counts how often all of it was read. */
function reader(wallNow: () => number) {
  const seen = { reads: 0, ms: 0 };
  const read = async (path: string): Promise<string> => {
    seen.reads += 1;
    return hashIndex(path);
  };
  return { seen, hash: keepUnwritten(index, read, { now: () => seen.ms, wallNow }) };
}

/** Zeroes a byte in place, as damage does: as long as it was, and the same file. */
async function damage(path: string): Promise<void> {
  await using file = await open(path, "r+");
  await file.write(Buffer.from([0]), 0, 1, 3);
}

test("an index that nobody writes to is read once in a while", async () => {
  const { seen, hash } = reader(later);
  const first = await hash();
  seen.ms = UNWRITTEN_MS - 1;
  expect(await hash()).toBe(first);
  expect(seen.reads).toBe(1);
  seen.ms = UNWRITTEN_MS;
  expect(await hash()).toBe(first);
  expect(seen.reads).toBe(2);
});

test("one that was changed in place is read again at once, be it a file or one of a folder", async () => {
  const { hash } = reader(later);
  const [whole, mark] = [await hash(), await markOf(index, later)];
  await damage(index);
  expect(await hash()).not.toBe(whole);
  expect(await markOf(index, later)).not.toBe(mark);
  const folder = join(dir, "folder");
  await mkdir(folder);
  for (const name of ["data", "links"]) await writeFile(join(folder, name), "as it was written");
  const before = await markOf(folder, later);
  await damage(join(folder, "links"));
  expect(await markOf(folder, later)).not.toBe(before);
});

test("one that was written just now is read each time, for a second write may leave the same mark", async () => {
  const { seen, hash } = reader(() => 0);
  expect(await markOf(index, () => 0)).toBeNull();
  await hash();
  await hash();
  expect(seen.reads).toBe(2);
});

test("an index that is not there has no mark, and its hash is not one that was kept", async () => {
  const { hash } = reader(later);
  await hash();
  await rm(index);
  await expect(hash()).rejects.toThrow("ENOENT");
});

test("after a write two digests are taken, and then none as long as nothing is written", async () => {
  let [ms, mark] = [0, "one"];
  const records = {
    count: () => 0,
    removed: new Set<number>(),
    idOf: () => undefined,
    vectorOf: () => new Float32Array(),
  };
  const nothing = { textOf: () => undefined, lineageOf: () => undefined };
  const digests = openDigests({
    records: { ...records, ...nothing },
    vectorOf: async () => undefined,
    now: () => ms,
    mark: async () => mark,
  });
  const looksIn = async (times: number): Promise<number[]> => {
    const looks: number[] = [];
    for (let n = 0; n < times; n += 1, ms += 1000) looks.push((await digests.look()).look);
    return looks;
  };
  // The third is taken 5 s after the second.
  expect(await looksIn(8)).toEqual([1, 2, 2, 2, 2, 2, 3, 3]);
  mark = "two";
  expect(await looksIn(4)).toEqual([4, 5, 5, 5]);
});
