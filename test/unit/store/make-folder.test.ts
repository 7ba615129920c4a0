import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { makeFolder } from "../../../src/store/make-folder.ts";

async function temporary(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "make-folder-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  return dir;
}

it("makes a folder and those above it, with the mode asked for, and is harmless when repeated", async () => {
  const dir = join(await temporary(), "a/b/c");
  for (let i = 0; i < 2; i += 1) await makeFolder(dir, 0o700);
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
});

it("says so when a file is in the way", async () => {
  const dir = await temporary();
  await writeFile(join(dir, "file"), "");
  await expect(makeFolder(join(dir, "file"))).rejects.toThrow(/ENOTDIR/);
  await expect(makeFolder(join(dir, "file/below"))).rejects.toThrow(/ENOTDIR/);
});

it.runIf(existsSync("/proc/self"))("ends where nothing can be made, instead of trying for ever", async () => {
  await expect(makeFolder("/proc/nowhere/reports")).rejects.toThrow(/ENOENT: cannot make the folder \/proc\/nowhere/);
});
