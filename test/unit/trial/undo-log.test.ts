import { appendFile, link, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openUndoFile } from "../../../src/store/undo-file.ts";
import type { UndoEntry } from "../../../src/records/undo.ts";
import { openUndoLog, parseUndoLog, readUndoLog, unfinished } from "../../../src/trial/undo-log.ts";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "undo-log-"));
  file = join(folder, "trials/a/b/treatment-1/undo.jsonl");
});
afterEach(() => rm(folder, { recursive: true }));

const directory: UndoEntry = { kind: "platform", platform: "p", what: "a folder", way: { path: "/tmp/stack-a" } };
const processes: UndoEntry = { kind: "platform", platform: "p", what: "processes of a", way: { marker: "a" } };
const fault: UndoEntry = {
  kind: "fault",
  fault: "nothing",
  site: { service: "s", replica: "s-1", edgeFrom: "g" },
  seed: 4,
  undoDir: "/tmp/x",
  undo: { rows: [1, 2], name: null },
  handle: { platform: "processes" },
};

test("an entry is in the file, whole, when intend resolves, and comes back as it was written", async () => {
  const log = await openUndoLog(file);
  const seq = await log.intend(fault);
  expect((await readFile(file, "utf8")).endsWith("\n")).toBe(true);
  expect((await readUndoLog(file)).records).toEqual([{ seq, entry: fault, done: false }]);
  await log.close();
});

test("what is unfinished comes last in first out; done entries are left out, and done twice is harmless", async () => {
  const log = await openUndoLog(file);
  const [first, second] = [await log.intend(directory), await log.intend(processes)];
  const third = await log.intend(fault);
  await log.done(second);
  await log.done(second);
  expect(unfinished((await readUndoLog(file)).records).map((record) => record.seq)).toEqual([third, first]);
  await log.close();
});

test("entries intended at the same time keep their order and their numbers", async () => {
  const log = await openUndoLog(file);
  expect(await Promise.all([log.intend(directory), log.intend(processes), log.intend(fault)])).toEqual([1, 2, 3]);
  expect((await readUndoLog(file)).records.map(({ entry }) => entry)).toEqual([directory, processes, fault]);
  await log.close();
});

test("a torn last line is passed over, and the next writer does not glue its own to it", async () => {
  const before = await openUndoLog(file);
  await before.intend(directory);
  await before.close();
  await appendFile(file, '{"seq":2,"step":"intend","entry":{"kind":"proc');
  expect(await readUndoLog(file)).toMatchObject({ torn: 1, unreadable: [], records: [{ seq: 1 }] });
  const after = await openUndoLog(file);
  const seq = await after.intend(fault);
  await after.done(1);
  await after.close();
  const { records, torn } = await readUndoLog(file);
  expect(torn).toBe(1);
  expect(records).toEqual([
    { seq: 1, entry: directory, done: true },
    { seq, entry: fault, done: false },
  ]);
});

test("cutting the log off at any byte loses at most the line that is being written", async () => {
  const log = await openUndoLog(file);
  for (const entry of [directory, processes, fault]) await log.intend(entry);
  await log.close();
  const text = await readFile(file, "utf8");
  for (let length = 0; length <= text.length; length += 1) {
    const part = text.slice(0, length);
    const whole = part.split("\n").length - 1;
    // A line that lacks nothing but its line break says all there is to say.
    const complete = text[length] === "\n" ? whole + 1 : whole;
    expect(parseUndoLog(part).records.length).toBe(complete);
  }
});

test("a line of another version is reported, not passed over in silence", async () => {
  const line = '{"seq":1,"step":"intend","entry":{"kind":"container","id":"x"}}';
  expect(parseUndoLog(`${line}\n`)).toMatchObject({ records: [], torn: 0, unreadable: [line] });
});

test("an entry that is missing in the middle, as on a damaged disk, is reported; a done one of which only that is left is not", async () => {
  const log = await openUndoLog(file);
  for (const entry of [directory, processes, fault]) await log.intend(entry);
  await log.done(2);
  await log.close();
  const lines = (await readFile(file, "utf8")).split("\n");
  const without = (number: number): string => lines.filter((_, index) => index !== number - 1).join("\n");
  expect(parseUndoLog(without(1)).unreadable).toEqual(["(entry 1 is missing)"]);
  expect(parseUndoLog(without(2)).unreadable).toEqual([]);
  expect(parseUndoLog(lines.join("\n")).unreadable).toEqual([]);
});

test("an entry that could not be written is rejected, and once the disk takes lines again it does not count as lost", async () => {
  let full = false;
  const log = await openUndoLog(file, async (path) => {
    const real = await openUndoFile(path);
    return { ...real, append: (line) => (full ? Promise.reject(new Error("disk full")) : real.append(line)) };
  });
  await log.intend(directory);
  full = true;
  await expect(log.intend(fault)).rejects.toThrow("disk full");
  full = false;
  const third = await log.intend(processes);
  await log.close();
  const { records, unreadable } = await readUndoLog(file);
  expect(unreadable).toEqual([]);
  expect(records.map((record) => record.seq)).toEqual([1, third]);
});

test("an absent log is empty, and one that cannot be written stops the harm before it is done", async () => {
  expect((await readUndoLog(file)).records).toEqual([]);
  await writeFile(join(folder, "trials"), "a file where a folder should be");
  await expect(openUndoLog(file)).rejects.toMatchObject({ code: "environment" });
});

test("what was undone is undone, also when that cannot be noted; it is noted as soon as there is room, and no more harm is done", async () => {
  let full = false;
  const log = await openUndoLog(file, async (path) => {
    const real = await openUndoFile(path);
    return {
      ...real,
      append: (line) => (full ? Promise.reject(new Error("disk full")) : real.append(line)),
    };
  });
  const [first, second] = [await log.intend(directory), await log.intend(processes)];
  expect(log.lost.aborted).toBe(false);
  full = true;
  await log.done(second);
  expect(log.lost.aborted).toBe(true);
  expect(String(log.lost.reason)).toContain("disk full");
  full = false;
  await log.done(first);
  await log.close();
  expect(unfinished((await readUndoLog(file)).records)).toEqual([]);
});

test("a log that was deleted takes no more entries, although writing to it succeeds", async () => {
  const log = await openUndoLog(file);
  await log.intend(directory);
  await rm(file);
  await expect(log.intend(fault)).rejects.toThrow("the undo log was deleted");
  expect(log.lost.aborted).toBe(true);
  await log.close();
});

test("a log that was deleted is known as lost before anybody writes to it again; one with a second name is not lost", async () => {
  const [kept, second] = [join(folder, "kept.jsonl"), join(folder, "second.jsonl")];
  const [other, log] = [await openUndoLog(kept), await openUndoLog(file)];
  await link(kept, second);
  await Promise.all([rm(kept), rm(file)]);
  await new Promise<void>((resolve) => log.lost.addEventListener("abort", () => resolve(), { once: true }));
  expect(String(log.lost.reason)).toContain("it was deleted");
  await other.intend(directory);
  expect(other.lost.aborted).toBe(false);
  expect((await readUndoLog(second)).records).toMatchObject([{ entry: directory }]);
  await Promise.all([log.close(), other.close()]);
});
