// An intent that says how hard a fault shall hit: refused while nobody knows the dose, and calibrated on a real stack.
// Whether its trials tell is up to the machine: what tells is remembered, and nothing else is.

import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { expectNothingLeft } from "../support/killed-runs.ts";
import { makeSandbox, markersIn, projectRoot, rebound } from "../support/rebound-process.ts";

const intent = "experiments/network/inference-latency.yaml";

it("an intent with a level starts nothing before it is calibrated, and calibrating remembers what tells", async () => {
  await using sandbox = await makeSandbox();
  const file = join(dirname(sandbox.out), intent);
  await mkdir(dirname(file), { recursive: true });
  const text = await readFile(join(projectRoot, intent), "utf8");
  await writeFile(file, text.replace("with: { latency: 400ms }", "level: noticeable"));
  expect((await rebound(["lint", file], sandbox)).code).toBe(0);
  const early = await rebound(["run", file, "--out", sandbox.out], sandbox);
  expect(early.code, early.text).toBe(3);
  expect(early.text).toContain(`rebound calibrate ${file}`);
  expect(existsSync(sandbox.out)).toBe(false);

  const { code, text: says } = await rebound(["calibrate", file, "--most", "1", "--out", sandbox.out], sandbox);
  // One impact is too few to know a dose, whatever it was.
  expect(code, says).toBe(2);
  expect(says).toContain("no dose of network.latency is known to be noticeable");
  const told = /\[1\/1\] latency \S+ (?:held|broke|unfelt)/.test(says);
  const rows = join(sandbox.out, "history/impacts.ndjson");
  const kept = existsSync(rows) ? readFileSync(rows, "utf8").trim().split("\n").length : 0;
  expect(kept).toBe(told ? 1 : 0);
  await expectNothingLeft(sandbox, markersIn(sandbox.out));
});
