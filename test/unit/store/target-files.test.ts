// Whether a target is still made of the same files.

import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Target } from "../../../src/core/target.ts";
import { withFilesDigests } from "../../../src/store/target-files.ts";
import { context } from "../../builders/intent-fixtures.ts";

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "rebound-files-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await mkdir(join(dir, "healer"));
  await writeFile(join(dir, "target.yaml"), "name: shop\n");
  await writeFile(join(dir, "healer/loop.ts"), "export {};\n");
  return dir;
}

async function digestOf(dir: string, file = "target.yaml"): Promise<string | undefined> {
  const [shop] = context.targets.values();
  if (shop === undefined) throw new Error("a target is needed");
  const target: Target = { ...shop, dir, file: `targets/shop/${file}` };
  const found = await withFilesDigests(
    new Map([
      ["shop", target],
      ["other", { ...target, name: "other" }],
    ]),
    ["shop"],
  );
  expect(found.get("other")?.filesDigest).toBeUndefined();
  return found.get("shop")?.filesDigest;
}

test("a digest changes with any file's name or content, and with nothing that is hidden or installed", async () => {
  const dir = await folder();
  const before = await digestOf(dir);
  expect(before).toMatch(/^[0-9a-f]{16}$/);
  for (const name of [".cache", "node_modules", "dist"]) {
    await mkdir(join(dir, name));
    await writeFile(join(dir, name, "more.js"), "1");
  }
  expect(await digestOf(dir)).toBe(before);
  await writeFile(join(dir, "healer/loop.ts"), "export { };\n");
  const changed = await digestOf(dir);
  expect(changed).not.toBe(before);
  await rename(join(dir, "healer/loop.ts"), join(dir, "healer/loops.ts"));
  expect(await digestOf(dir)).not.toBe(changed);
  await rename(join(dir, "healer/loops.ts"), join(dir, "healer/loop.ts"));
  await writeFile(join(dir, "healer/loop.ts"), "export {};\n");
  expect(await digestOf(dir)).toBe(before);
});

test("of a target that lies beside others its own file alone counts, and one that is not there has no digest", async () => {
  const dir = await folder();
  await writeFile(join(dir, "shop.target.yaml"), "name: shop\n");
  const before = await digestOf(dir, "shop.target.yaml");
  await writeFile(join(dir, "healer/loop.ts"), "something else");
  expect(await digestOf(dir, "shop.target.yaml")).toBe(before);
  await writeFile(join(dir, "shop.target.yaml"), "name: shop2\n");
  expect(await digestOf(dir, "shop.target.yaml")).not.toBe(before);
  expect(await digestOf(dir, "gone.target.yaml")).toBeUndefined();
});
