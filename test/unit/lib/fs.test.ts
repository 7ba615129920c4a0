import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileTrouble, ifAbsent, isAbsent, syncFolder } from "../../../src/lib/fs.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rebound-fs-"));
  await writeFile(join(folder, "file"), "x");
});
afterAll(() => rm(folder, { recursive: true }));

describe("a file that is not there", () => {
  it("reads as undefined", async () => {
    expect(await readFile(join(folder, "none")).catch(ifAbsent)).toBeUndefined();
    expect(await readdir(join(folder, "none")).catch(ifAbsent)).toBeUndefined();
  });

  it("is named in words, as other troubles are; what is no error of the system keeps its own", async () => {
    const troubleAt = (path: string): Promise<string> => readFile(path, "utf8").catch(fileTrouble);
    expect(await troubleAt(join(folder, "none"))).toBe("it is not there");
    expect(await troubleAt(join(folder, "file", "below"))).toBe("a part of its path is no folder");
    expect(await troubleAt(folder)).toBe("it is a folder");
    expect(fileTrouble(new SyntaxError("no JSON"))).toBe("no JSON");
  });

  it("is told from one that is something else, and from what is no error of the system", async () => {
    await expect(readdir(join(folder, "file")).catch(ifAbsent)).rejects.toThrow("ENOTDIR");
    await expect(readFile(join(folder, "file", "below")).catch(ifAbsent)).rejects.toThrow("ENOTDIR");
    expect(isAbsent({ code: "ENOENT" })).toBe(false);
    expect(isAbsent(new Error("ENOENT"))).toBe(false);
    expect(isAbsent(undefined)).toBe(false);
  });
});

describe("a folder", () => {
  it("is written through, and one that is not there is an error", async () => {
    await expect(syncFolder(folder)).resolves.toBeUndefined();
    await expect(syncFolder(join(folder, "none"))).rejects.toThrow("ENOENT");
  });
});
