import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockOwner, takeLock, type Locked } from "../../../src/store/restore-lock.ts";

let dir: string;
/** The process table of these tests: pid to start time. */
let table: Map<number, string>;
const startTimeOf = async (pid: number): Promise<string | undefined> => table.get(pid);
const me = { pid: 1, startTime: "a" };
const other = { pid: 2, startTime: "b" };

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "restore-lock-"));
  table = new Map([
    [1, "a"],
    [2, "b"],
  ]);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function release(locked: Locked): Promise<void> {
  if (locked.taken) await locked.release();
}

test("while its owner lives a lock is refused, naming the owner; once released it is free", async () => {
  const first = await takeLock(dir, other, startTimeOf);
  expect(await takeLock(dir, me, startTimeOf)).toEqual({ taken: false, owner: other });
  expect(await lockOwner(dir, startTimeOf)).toEqual(other);
  await release(first);
  expect(await lockOwner(dir, startTimeOf)).toBeUndefined();
  const second = await takeLock(dir, me, startTimeOf);
  expect(second.taken).toBe(true);
  await release(second);
  expect(await readdir(dir)).toHaveLength(1);
});

test("the lock of a dead owner, of a pid that is now a stranger's, and a broken one are taken over", async () => {
  await takeLock(dir, other, startTimeOf);
  table.set(2, "a stranger");
  expect(await lockOwner(dir, startTimeOf)).toBeUndefined();
  expect((await takeLock(dir, me, startTimeOf)).taken).toBe(true);
  await writeFile(join(dir, "restore.lock.7"), '{"pid":');
  expect((await takeLock(dir, me, startTimeOf)).taken).toBe(true);
});

test("of many that want a dead owner's lock at once exactly one gets it", async () => {
  await takeLock(dir, { pid: 9, startTime: "gone" }, startTimeOf);
  const all = Array.from({ length: 20 }, (_, index) => ({ pid: 100 + index, startTime: "c" }));
  for (const { pid, startTime } of all) table.set(pid, startTime);
  const results = await Promise.all(all.map((owner) => takeLock(dir, owner, startTimeOf)));
  expect(results.filter(({ taken }) => taken)).toHaveLength(1);
  expect(await readdir(dir)).toEqual(["restore.lock.2"]);
});

test("a run folder that is gone needs no lock", async () => {
  expect((await takeLock(join(dir, "gone"), me, startTimeOf)).taken).toBe(true);
});
