// An intent whose load a user's own k6 sends, end to end by the command. A small executable stands in for k6, with
// samples that were written after the source of k6's formats: see test/support/fake-k6.mjs.

import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { trialsOf } from "../support/main-job.ts";
import {
  makeSandbox,
  markersIn,
  processesOf,
  projectRoot,
  rebound,
  resultOf,
  type Sandbox,
} from "../support/rebound-process.ts";

const script = `import { check } from "k6";
import http from "k6/http";
import type { Options } from "k6/options";
export const options: Options = {
  scenarios: { s: { executor: "constant-arrival-rate", rate: 5, timeUnit: "1s", duration: "10m", preAllocatedVUs: 10 } },
  thresholds: { http_reqs: ["count>0"], "http_req_duration{expected_response:true}": ["p(95)<5000"] },
};
export default function (): void {
  check(http.get(\`\${__ENV.TARGET}\${__ENV.FAKE_PATH}\`, { timeout: "2s" }), { answered: ({ status }) => status === 200 });
}
export function handleSummary(data: { metrics: object }) {
  return { "metrics.json": JSON.stringify(Object.keys(data.metrics)), stdout: "done" };
}
`;

const intent = `version: 1
title: Users of a k6 of one's own while a back is killed
belief: Users keep being answered when one of two backs is killed.
target: echo-k6
tags: [scripts]
seed: 863
arms: [treatment]
load: { rate: 5/s, slow_over: 500ms, timeout: 2s, warmup: 4s, baseline: 5s }
steady:
  window: 1500ms
  bad_after: 2
  where:
    answered: users.error_share <= 0.1
disturb:
  - fault: process.kill
    on: { replica_of: back, count: 1 }
expect:
  detected: { within: 5s, as: [replica-down] }
  recovered: { within: 6s, by: restart-replica, hold: 4500ms }
`;

/** A folder with the echo target, whose only stream such a script is, and where the user stands. */
async function folderFor(sandbox: Sandbox, more = ""): Promise<Sandbox> {
  const cwd = join(sandbox.out, "../user");
  await mkdir(join(cwd, "targets/echo-k6"), { recursive: true });
  await mkdir(join(cwd, "experiments/scripts"), { recursive: true });
  const echo = await readFile(join(projectRoot, "targets/echo/target.yaml"), "utf8");
  const traffic = `traffic:
  - name: scripted
    source: k6
    run_by: k6
    script: ask.k6.ts
    url: http://127.0.0.1:{port:front}
    env: { FAKE_PATH: "/echo?text=hello", FAKE_RATE: "5"${more} }

probes:`;
  const own = echo
    .replace("name: echo\\n", "name: echo-k6\\n")
    .replace("../../dist", join(projectRoot, "dist"))
    .replace(/^# Two streams[^]*?^probes:/m, traffic);
  await writeFile(join(cwd, "targets/echo-k6/target.yaml"), own.replace(/^name: echo$/m, "name: echo-k6"));
  await writeFile(join(cwd, "targets/echo-k6/ask.k6.ts"), script);
  await writeFile(join(cwd, "experiments/scripts/killed.yaml"), intent);
  return { ...sandbox, cwd };
}

const fake = join(projectRoot, "test/support/fake-k6.mjs");
const crossed = (is: boolean): string =>
  `, FAKE_CROSSED: "${encodeURIComponent(JSON.stringify({ http_reqs: { "count>0": is }, "http_req_duration{expected_response:true}": { "p(95)<5000": false } }))}"`;

it("is judged by what k6 saw, its marks are widened, and its script's files are kept", async () => {
  await using made = await makeSandbox({ K6_BIN: fake });
  const sandbox = await folderFor(made, crossed(false));
  const run = await rebound(["run", "experiments/scripts/killed.yaml", "--out", sandbox.out], sandbox);
  expect(run.text).not.toContain("nothing was started");
  const [trial] = trialsOf(resultOf(sandbox));
  if (trial === undefined) throw new Error(run.text);
  const says = (rule: string): string => trial.verdict.findings.find((finding) => finding.rule === rule)?.says ?? "";
  expect(says("harness-kept-pace")).toMatch(
    /by a k6, which does not say when they were due: known to 211 ms, by which their marks are widened/,
  );
  expect(trial.verdict.outcome).toBe("fail");
  expect(says("recovered-in-time")).not.toBe("");
  const { t1 } = trial.facts.marks;
  expect((t1?.hi ?? 0) - (t1?.lo ?? 0)).toBeGreaterThan(2 * 211);
  expect(trial.facts.load.errors).toBeGreaterThan(10);
  expect(trial.facts.load.errorsBy?.baseline ?? {}).toEqual({});
  expect(says("thresholds-kept")).toMatch(/http_reqs/);
  const files = await readdir(sandbox.out, { recursive: true });
  expect(files.filter((name) => name.endsWith("scripts/scripted/metrics.json")).length).toBeGreaterThan(0);
  expect(processesOf(markersIn(sandbox.out))).toEqual([]);
});

it("says nothing of the target when k6 dropped iterations", async () => {
  await using made = await makeSandbox({ K6_BIN: fake });
  const sandbox = await folderFor(made, ", FAKE: dropped");
  const run = await rebound(["run", "experiments/scripts/killed.yaml", "--out", sandbox.out], sandbox);
  const [trial] = trialsOf(resultOf(sandbox));
  expect(trial?.verdict.outcome, run.text).toBe("inconclusive");
  expect(run.text).toContain("k6 dropped iterations of s");
  expect(processesOf(markersIn(sandbox.out))).toEqual([]);
});

it("is refused before anything is started where there is no k6", async () => {
  await using made = await makeSandbox({ K6_BIN: "/nowhere/k6" });
  const sandbox = await folderFor(made);
  const run = await rebound(["run", "experiments/scripts/killed.yaml", "--out", sandbox.out], sandbox);
  expect(run.code).toBe(4);
  expect(run.text).toMatch(
    /1 intent of 1 need a k6: .*K6_BIN is \/nowhere\/k6, which is no executable file; install one/,
  );
});
