import { writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  isStopFileThere,
  removeStopFile,
  stopFileOf,
  watchForStop,
  writeStopFile,
} from "../../../../src/run/stopping/stop-file.ts";

let dir: string;
const watches: Disposable[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "stop-file-"));
});
afterEach(async () => {
  for (const watch of watches.splice(0)) watch[Symbol.dispose]();
  await rm(dir, { recursive: true });
});

/** Resolves with the file that was seen; `seen` counts how often that was told. */
function watching(files: readonly string[]): {
  readonly file: Promise<string>;
  readonly seen: string[];
  readonly watch: Disposable;
} {
  const seen: string[] = [];
  let tell: (file: string) => void;
  const file = new Promise<string>((resolve) => (tell = resolve));
  const watch = watchForStop(files, (found) => {
    seen.push(found);
    tell(found);
  });
  watches.push(watch);
  return { file, seen, watch };
}

describe("where a stop file lies", () => {
  test("for one run it is in the run's folder, for all of this user's in the state folder", () => {
    const before = process.env["REBOUND_STATE_DIR"];
    process.env["REBOUND_STATE_DIR"] = dir;
    try {
      expect(stopFileOf()).toBe(join(dir, "stop"));
      expect(stopFileOf("/runs/1")).toBe("/runs/1/stop");
    } finally {
      if (before === undefined) delete process.env["REBOUND_STATE_DIR"];
      else process.env["REBOUND_STATE_DIR"] = before;
    }
  });
});

describe("writing a stop file", () => {
  test("makes its folder, and tells whether it is ours: a second one never takes over the first", async () => {
    const file = join(dir, "new", "stop");
    expect(await writeStopFile(file)).toBe(true);
    expect(isStopFileThere(file)).toBe(true);
    expect(await writeStopFile(file)).toBe(false);
    await removeStopFile(file);
    await removeStopFile(file);
    expect(isStopFileThere(file)).toBe(false);
  });

  test("that cannot be written says what else to do", async () => {
    writeFileSync(join(dir, "in-the-way"), "");
    await expect(writeStopFile(join(dir, "in-the-way", "stop"))).rejects.toMatchObject({
      code: "environment",
      hint: expect.stringContaining("Ctrl-C") as string,
    });
  });
});

describe("watching for stop files", () => {
  test("tells at once of one that was there before", () => {
    const file = join(dir, "stop");
    writeFileSync(file, "");
    expect(watching([join(dir, "other"), file]).seen).toEqual([file]);
  });

  test("tells of whichever comes, once, be it a file or a folder", async () => {
    const files = [join(dir, "stop"), join(dir, "run", "stop")];
    await mkdir(join(dir, "run"));
    const { file, seen } = watching(files);
    expect(seen).toEqual([]);
    await mkdir(join(dir, "run", "stop"));
    expect(await file).toBe(files[1]);
    const later = watching([join(dir, "third")]);
    writeFileSync(files[0] ?? "", "");
    writeFileSync(join(dir, "third"), "");
    await later.file;
    expect(seen).toEqual([files[1]]);
  });

  test("sees one in a folder that did not exist when the watch began", async () => {
    const { file } = watching([join(dir, "later", "stop")]);
    await mkdir(join(dir, "later"));
    writeFileSync(join(dir, "later", "stop"), "");
    expect(await file).toBe(join(dir, "later", "stop"));
  });

  test("is not disturbed by other files, nor by its folder going away", async () => {
    await mkdir(join(dir, "run"));
    const { file, seen } = watching([join(dir, "run", "stop")]);
    writeFileSync(join(dir, "run", "stop.partial"), "");
    await rm(join(dir, "run"), { recursive: true });
    expect(seen).toEqual([]);
    await mkdir(join(dir, "run"));
    writeFileSync(join(dir, "run", "stop"), "");
    expect(await file).toBe(join(dir, "run", "stop"));
  });

  test("tells nothing any more once it is disposed", async () => {
    const one = watching([join(dir, "stop")]);
    const two = watching([join(dir, "stop")]);
    one.watch[Symbol.dispose]();
    writeFileSync(join(dir, "stop"), "");
    await two.file;
    expect(one.seen).toEqual([]);
  });
});
