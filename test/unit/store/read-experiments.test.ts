import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HarnessError } from "../../../src/core/errors.ts";
import {
  filesNamed,
  findExperiments,
  findTargets,
  readText,
  readWholeText,
} from "../../../src/store/read-experiments.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "rebound-find-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string, text = "x"): Promise<void> {
  await mkdir(join(root, path, ".."), { recursive: true });
  await writeFile(join(root, path), text);
}

describe("files that people write", () => {
  test("what may never end is refused unread: a pipe, a device", async () => {
    const pipe = join(root, "pipe.yaml");
    execFileSync("mkfifo", [pipe]);
    for (const path of [pipe, "/dev/null"]) {
      await expect(readText(path)).rejects.toThrow("a pipe, a socket or a device");
      expect(() => readWholeText(path)).toThrow("a pipe, a socket or a device");
    }
  });

  test("intents are found in every folder below experiments, in order, and nothing else", async () => {
    await put("experiments/network/slow.yaml");
    await put("experiments/data/rot.yml");
    await put("experiments/intent.schema.json");
    await put("experiments/load/ramp.k6.ts");
    expect(await findExperiments(root)).toEqual([
      join(root, "experiments/data/rot.yml"),
      join(root, "experiments/network/slow.yaml"),
    ]);
  });

  test("a folder that a user names stands for the files below it; of a target's folder only target.yaml does", async () => {
    await put("mine/kill.yaml");
    await put("mine/deep/slow.yml");
    await put("mine/notes.md");
    await put("mine/shop/target.yaml");
    await put("mine/shop/compose.yaml");
    await put("mine/shop/deep/settings.yaml");
    const files = await filesNamed([join(root, "mine/kill.yaml"), join(root, "mine")]);
    expect(files.map((file) => file.slice(root.length + 1))).toEqual([
      "mine/kill.yaml",
      "mine/deep/slow.yml",
      "mine/kill.yaml",
      "mine/shop/target.yaml",
    ]);
  });

  test("a folder without such files is refused by its name, and what is not there is left to the reader", async () => {
    await put("empty/notes.md");
    await expect(filesNamed([join(root, "empty")])).rejects.toThrow(
      `${join(root, "empty")} is a folder without a .yaml file`,
    );
    expect(await filesNamed(["not-there.yaml"])).toEqual(["not-there.yaml"]);
  });

  test("targets that were written elsewhere are found one folder deeper, below targets/foreign alone", async () => {
    await put("targets/foreign/runit/target.yaml");
    await put("targets/foreign/README.md");
    await put("targets/shop/runit/target.yaml");
    expect(await findTargets(root)).toEqual([join(root, "targets/foreign/runit/target.yaml")]);
  });

  test("targets are found one folder below targets, as target.yaml or as NAME.target.yaml", async () => {
    await put("targets/shop/target.yaml");
    await put("targets/foreign/qdrant.target.yaml");
    await put("targets/foreign/settings.yaml");
    await put("targets/foreign/.target.yaml");
    await put("targets/echo/target.yaml");
    await put("targets/echo/deep/target.yaml");
    await put("targets/half/README.md");
    await put("targets/README.md");
    expect(await findTargets(root)).toEqual([
      join(root, "targets/echo/target.yaml"),
      join(root, "targets/foreign/qdrant.target.yaml"),
      join(root, "targets/shop/target.yaml"),
    ]);
  });

  test("no folder is no files", async () => {
    expect(await findExperiments(root)).toEqual([]);
    expect(await findTargets(root)).toEqual([]);
  });

  test("a text is read whole, but never more than 1 MiB of it", async () => {
    await put("a.yaml", "title: ä\n");
    await put("huge.yaml", "x".repeat(3 * 1024 * 1024));
    expect(await readText(join(root, "a.yaml"))).toBe("title: ä\n");
    expect(await readText(join(root, "huge.yaml"))).toHaveLength(1024 * 1024);
  });

  test("a file that cannot be read is the user's mistake and named", async () => {
    const reading = readText(join(root, "nowhere.yaml"));
    await expect(reading).rejects.toThrow(HarnessError);
    await expect(readText(join(root, "nowhere.yaml"))).rejects.toMatchObject({ code: "bad-input" });
    await expect(readText(root)).rejects.toThrow(root);
  });
});
