// Published files: what is not published is told from what cannot be seen, and only the expected file is replaced.
import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fileControls } from "../../../src/platforms/processes/file-control.ts";
import type { PublishedReplica } from "../../../src/records/inventory.ts";

let workDir: string;
const index = (): string => join(workDir, "index");
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

beforeEach(async () => {
  workDir = await mkdtemp(join(tmpdir(), "file-control-"));
  await writeFile(index(), "old");
});
afterEach(() => rm(workDir, { recursive: true }));

function controls(published: () => Promise<readonly PublishedReplica[]> = () => Promise.resolve([])) {
  return fileControls({ workDir, replica: "vec-1", publishedFiles: [index()] }, published);
}

describe("a file that may be published", () => {
  const row = { service: "vec", replica: "vec-1", version: "1" };
  const payload = { offset: 0, rowBytes: 1, rows: 3 };

  it("is given when it is, and is not there when the replica publishes others alone", async () => {
    const file = { role: "index", path: index(), format: "f32", payload };
    const { files } = controls(() => Promise.resolve([{ ...row, files: [file] }]));
    expect(await files.publishedIfAny("index")).toEqual(file);
    expect(await files.publishedIfAny("manifest")).toBeUndefined();
  });

  it("is not said to be missing when the inventory does not answer, or does not list the replica", async () => {
    const silent = controls(() => Promise.reject(new Error("no answer in time")));
    await expect(silent.files.publishedIfAny("manifest")).rejects.toThrow("no answer in time");
    await expect(controls().files.publishedIfAny("manifest")).rejects.toThrow("does not list vec-1");
  });
});

describe("a link in the work folder", () => {
  let outside: string;
  beforeEach(async () => {
    outside = await mkdtemp(join(tmpdir(), "outside-"));
    await writeFile(join(outside, "own"), "somebody's own");
  });
  afterEach(() => rm(outside, { recursive: true }));
  const own = (): Promise<string> => readFile(join(outside, "own"), "utf8");

  it("that stands for a published file, or for a folder above it, is not followed out of there", async () => {
    await rm(index());
    await symlink(join(outside, "own"), index());
    await symlink(outside, join(workDir, "segment"));
    const published = [index(), join(workDir, "segment/own")];
    const { files, edits } = fileControls({ workDir, replica: "vec-1", publishedFiles: published }, async () => []);
    for (const path of published) {
      const tries = [
        files.hash(path),
        files.read(path, 0, 4),
        files.write(path, 0, Buffer.from("x")),
        edits.inOneGo(path, () => "touched"),
        edits.replace(path, Buffer.from("new"), { expected: sha256("somebody's own"), by: "us" }),
        edits.discard(path, { by: "us" }),
      ];
      for (const one of await Promise.allSettled(tries)) {
        expect(String((one as PromiseRejectedResult).reason)).toContain("refusing to touch");
      }
    }
    expect(await own()).toBe("somebody's own");
  });

  it("that lies where a replacement is made first is taken away, and what it led to stays", async () => {
    await symlink(join(outside, "own"), `${index()}.us.part`);
    const { edits } = controls();
    expect(await edits.replace(index(), Buffer.from("new"), { expected: sha256("old"), by: "us" })).toBe(true);
    expect([await readFile(index(), "utf8"), await own()]).toEqual(["new", "somebody's own"]);
  });
});

describe("replacing a file", () => {
  it("puts the new one in place of the expected one, and leaves nothing beside it", async () => {
    const { edits } = controls();
    expect(await edits.replace(index(), Buffer.from("new"), { expected: sha256("old"), by: "us" })).toBe(true);
    expect(await readFile(index(), "utf8")).toBe("new");
    expect(await readdir(workDir)).toEqual(["index"]);
  });

  it("finds nothing where the folder that it lay in is gone, and touches nothing outside for that", async () => {
    const inside = join(workDir, "segment", "deeper", "index");
    const outside = join(workDir, "..", "nowhere", "index");
    const { files, edits } = fileControls(
      { workDir, replica: "vec-1", publishedFiles: [inside, outside] },
      async () => [],
    );
    expect(await edits.inOneGo(inside, () => "touched")).toBeUndefined();
    expect(await edits.replace(inside, Buffer.from("new"), { expected: sha256(""), by: "us" })).toBe(false);
    expect(await files.hash(inside)).toBe(sha256(""));
    await expect(files.hash(outside)).rejects.toThrow("refusing to touch");
  });

  it("leaves one that its owner has put there meanwhile, and one that is gone", async () => {
    const { edits } = controls();
    await writeFile(index(), "restored");
    expect(await edits.replace(index(), Buffer.from("new"), { expected: sha256("old"), by: "us" })).toBe(false);
    expect(await readFile(index(), "utf8")).toBe("restored");
    await rm(index());
    expect(await edits.replace(index(), Buffer.from("new"), { expected: sha256("old"), by: "us" })).toBe(false);
    expect(await readdir(workDir)).toEqual([]);
  });

  it("discards what a replacement that was cut short has left, and nothing of another's", async () => {
    for (const by of ["us", "them"]) await writeFile(`${index()}.${by}.part`, "half");
    await controls().edits.discard(index(), { by: "us" });
    expect((await readdir(workDir)).toSorted()).toEqual(["index", "index.them.part"]);
  });
});
