// What the nightly workflows keep from one night to the next; their commands run in test/e2e/workflows.test.ts.

import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { projectRoot } from "../../support/rebound-process.ts";

const files = [".github/workflows/nightly.yml", ".gitlab-ci.yml"] as const;

test.each(files)("%s keeps what freshness is read from, beside the history", async (file) => {
  const text = await readFile(join(projectRoot, file), "utf8");
  const kept = text.split("reports/*-merged/run.json").length;
  expect(kept).toBeGreaterThan(1);
  // Restored and saved by the same paths, or the one is not found by the other.
  expect(kept).toBe(text.split(/reports\/history(?=[\n,])/).length);
});

test.each(files)("%s lets go of the oldest results, and begins where there are none", async (file) => {
  const text = await readFile(join(projectRoot, file), "utf8");
  const [, command = expect.fail()] = /- (?:run: )?(mkdir -p reports && .*)/.exec(text) ?? [];
  const folder = await mkdtemp(join(tmpdir(), "rebound-kept-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const run = (): unknown => execFileSync("bash", ["-eo", "pipefail", "-c", command], { cwd: folder });
  run();
  expect(await readdir(join(folder, "reports"))).toEqual([]);
  const nights = Array.from({ length: 35 }, (_, night) => `202611${String(night).padStart(2, "0")}-020000-aaaa-merged`);
  for (const name of ["history", ...nights]) await mkdir(join(folder, "reports", name));
  run();
  expect((await readdir(join(folder, "reports"))).toSorted()).toEqual([...nights.slice(-29), "history"]);
});
