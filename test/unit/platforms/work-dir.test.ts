import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, rmdir, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createWorkDir, removeWorkDir, workDirFor } from "../../../src/platforms/processes/work-dir.ts";

test("a work folder is ours alone and is removed with all that is in it, once", async () => {
  const id = `test-${randomUUID()}`;
  const path = await createWorkDir(id);
  expect(path).toBe(workDirFor(id));
  expect((await stat(path)).mode & 0o077).toBe(0);
  await mkdir(join(path, "deep"));
  await writeFile(join(path, "deep/file"), "x");
  expect(await removeWorkDir(path, id)).toBe(true);
  expect(await removeWorkDir(path, id)).toBe(false);
});

test("a folder that got no mark is removed only while it is empty", async () => {
  const id = `test-${randomUUID()}`;
  await mkdir(workDirFor(id));
  expect(await removeWorkDir(workDirFor(id), id)).toBe(true);
  await mkdir(workDirFor(id));
  await writeFile(join(workDirFor(id), "precious"), "x");
  await expect(removeWorkDir(workDirFor(id), id)).rejects.toThrow("does not carry the mark");
  await rm(workDirFor(id), { recursive: true });
});

test("a folder whose maker was killed while it wrote the mark is removed, unless anything else is in it", async () => {
  const id = `test-${randomUUID()}`;
  const path = workDirFor(id);
  for (const written of ["", id.slice(0, 7)]) {
    await mkdir(path);
    await writeFile(join(path, ".stack-instance"), written);
    expect(await removeWorkDir(path, id)).toBe(true);
  }
  await mkdir(path);
  await writeFile(join(path, ".stack-instance"), "");
  await writeFile(join(path, "precious"), "x");
  await expect(removeWorkDir(path, id)).rejects.toThrow("does not carry the mark");
  await rm(path, { recursive: true });
});

test("folders elsewhere, of other names, of other instances, and links are refused", async () => {
  const id = `test-${randomUUID()}`;
  const path = await createWorkDir(id);
  const elsewhere = await mkdtemp(join(tmpdir(), "elsewhere-"));
  await writeFile(join(elsewhere, ".stack-instance"), id);
  const link = workDirFor(`${id}-link`);
  await symlink(elsewhere, link);
  await expect(removeWorkDir(elsewhere, id)).rejects.toThrow("not a work folder of ours");
  await expect(removeWorkDir(link, id)).rejects.toThrow("not a work folder of ours");
  await expect(removeWorkDir(path, "somebody-else")).rejects.toThrow("does not carry the mark");
  await mkdir(join(elsewhere, "stack-x"));
  await expect(removeWorkDir(join(elsewhere, "stack-x"), id)).rejects.toThrow("not a work folder of ours");
  await rm(link);
  await rmdir(join(elsewhere, "stack-x"));
  await rm(elsewhere, { recursive: true });
  await removeWorkDir(path, id);
});

test("an id that could lead elsewhere is refused", () => {
  expect(() => workDirFor("../etc")).toThrow("plain word");
});
