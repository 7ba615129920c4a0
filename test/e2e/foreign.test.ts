// A stack that was not written for Rebound: behind a key, healed by a script, without a word of what it notices and
// does.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { trialsOf } from "../support/main-job.ts";
import { makeSandbox, markersIn, processesOf, projectRoot, rebound, resultOf } from "../support/rebound-process.ts";

const key = "correct-horse-battery-staple";

/** Every file below a folder that holds the text. */
function filesWith(text: string, folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(5);
  const paths = files.map((file) => join(file.parentPath, file.name));
  return paths.filter((path) => readFileSync(path).includes(text));
}

it("is restarted, which is seen, and credited, from outside; MTTD is not observed; and its key is in no file", async () => {
  await using made = await makeSandbox({ KEYED_KEY: key });
  const sandbox = { ...made, cwd: join(projectRoot, "test/fixtures/foreign") };
  const run = await rebound(["run", "experiments/process", "--out", sandbox.out], sandbox);
  const trials = trialsOf(resultOf(sandbox));
  const [alerted, trial] = ["alerted", "keyed"].map((name) => trials.find(({ plan }) => plan.target === name));
  if (alerted === undefined || trial === undefined) throw new Error(run.text);
  expect(run.text).not.toContain(key);
  expect(filesWith(key, sandbox.out)).toEqual([]);
  expect(filesWith("[secret]", sandbox.out).length).toBeGreaterThan(0);
  expect(processesOf(markersIn(sandbox.out))).toEqual([]);
  const { mttd, mttr, firstAction, pathway } = trial.facts;
  expect({ mttd, pathway, recovery: trial.facts.recovery }).toEqual({ pathway: "restart", recovery: "healed" });
  expect(mttr?.formula).toBe("t6 − t0");
  expect(firstAction?.formula).toBe("t4 − t0");
  const says = (rule: string): string => trial.verdict.findings.find((finding) => finding.rule === rule)?.says ?? "";
  expect(says("detected-in-time")).toMatch(/^MTTD is not observed: .* first action seen from outside came after/);
  expect(says("by-declared-pathway")).toMatch(
    /^restart, recognised from outside by a restart at .* \(web-\d .* → .*\)/,
  );
  expect(run.text).toContain("not observed");
  // The same stack, with its detector: asked every 200 ms, so that t2 is no point, and no word of who repaired it.
  expect(alerted.facts).toMatchObject({ pathway: "restart", recovery: "healed", mttd: { formula: "t2 − t0" } });
  const { t2 } = alerted.facts.marks;
  expect((t2?.hi ?? 0) - (t2?.lo ?? 0)).toBeGreaterThan(20);
  expect(alerted.facts.firstAction).toBeUndefined();
});

it("is not started without its key, whose name is told", async () => {
  const { KEYED_KEY: _unset, ...env } = process.env;
  await using made = await makeSandbox();
  const sandbox = {
    ...made,
    env: { ...env, ...made.env, KEYED_KEY: "" },
    cwd: join(projectRoot, "test/fixtures/foreign"),
  };
  const run = await rebound(["run", "experiments/process/killed.yaml", "--out", sandbox.out], sandbox);
  expect(run.code).toBe(3);
  expect(run.text).toContain("KEYED_KEY is not set");
});
