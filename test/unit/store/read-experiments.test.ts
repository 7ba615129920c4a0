import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HarnessError } from "../../../src/core/errors.ts";
import { findExperiments, findTargets, readText } from "../../../src/store/read-experiments.ts";

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

  test("targets are found one folder below targets, and only as target.yaml", async () => {
    await put("targets/shop/target.yaml");
    await put("targets/echo/target.yaml");
    await put("targets/echo/deep/target.yaml");
    await put("targets/half/README.md");
    await put("targets/README.md");
    expect(await findTargets(root)).toEqual([
      join(root, "targets/echo/target.yaml"),
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
