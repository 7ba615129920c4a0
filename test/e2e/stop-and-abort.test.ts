// Ending trials while a fault is in place: by a stop file, by `rebound stop`, and by the intent's own abort_if.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunResult } from "../../src/core/verdict.ts";
import {
  makeSandbox,
  markersIn,
  processesOf,
  projectRoot,
  rebound,
  startRebound,
  type Rebound,
  type Sandbox,
} from "../support/rebound-process.ts";

const quickKill = "test/fixtures/experiments/process/quick-kill.yaml";

async function underFault(sandbox: Sandbox, intent = quickKill): Promise<Rebound> {
  const running = startRebound(["run", intent, "--out", sandbox.out], sandbox);
  await running.says(" observe ");
  return running;
}

function runDirOf(sandbox: Sandbox): string {
  const [name] = readdirSync(sandbox.out).filter((entry) => entry !== "latest");
  return join(sandbox.out, name ?? "");
}

function stateOf(sandbox: Sandbox): string {
  return sandbox.env["REBOUND_STATE_DIR"] ?? "";
}

function resultOf(sandbox: Sandbox): RunResult {
  return JSON.parse(readFileSync(join(sandbox.out, "latest/run.json"), "utf8")) as RunResult;
}

/** Steps of the fault that the timeline tells of, and that nothing of the stack lives. */
async function expectTakenBack(running: Rebound, sandbox: Sandbox): Promise<void> {
  expect((await running.exit).code, running.text()).toBe(130);
  const steps = readFileSync(join(runDirOf(sandbox), "trials/process/quick-kill/treatment-1/timeline.jsonl"), "utf8");
  expect([...steps.matchAll(/"step":"([a-z-]+)"/g)].map((match) => match[1])).toEqual([
    "aiming",
    "applying",
    "confirmed",
    "reverting",
    "reverted",
  ]);
  expect(resultOf(sandbox)).toMatchObject({ interrupted: true, reason: "stopped" });
  expect(processesOf(markersIn(sandbox.out))).toEqual([]);
  expect((await rebound(["restore"], sandbox)).text).toBe("Nothing to restore: no run was killed.\n");
}

describe("a stop file that appears while a fault is in place", () => {
  it("in the state folder ends the run, and forbids the next one until it is cleared", async () => {
    await using sandbox = await makeSandbox();
    const running = await underFault(sandbox);
    writeFileSync(join(stateOf(sandbox), "stop"), "");
    await expectTakenBack(running, sandbox);
    const refused = await rebound(["run", quickKill, "--out", sandbox.out], sandbox);
    expect(refused.code).toBe(4);
    expect(refused.text).toContain("rebound stop --clear");
    expect(await rebound(["stop", "--clear"], sandbox)).toMatchObject({ code: 0 });
    expect(readdirSync(stateOf(sandbox))).not.toContain("stop");
  });

  it("in the run's own folder ends that run", async () => {
    await using sandbox = await makeSandbox();
    const running = await underFault(sandbox);
    writeFileSync(join(runDirOf(sandbox), "stop"), "");
    await expectTakenBack(running, sandbox);
  });
});

describe("rebound stop", () => {
  it("says so and exits with 0 when nothing runs", async () => {
    await using sandbox = await makeSandbox();
    expect(await rebound(["stop"], sandbox)).toEqual({ code: 0, text: "Nothing is running.\n" });
    mkdirSync(sandbox.out);
    expect(await rebound(["stop", sandbox.out], sandbox)).toMatchObject({ code: 0 });
  });

  it("ends a run with its fault in place, waits for it, says what it ended and leaves no stop file", async () => {
    await using sandbox = await makeSandbox();
    const running = await underFault(sandbox);
    const stopped = await rebound(["stop"], sandbox);
    expect(stopped.text).toContain(`${runDirOf(sandbox)}\n  ended (pid ${running.child.pid})`);
    expect(stopped.code).toBe(0);
    await expectTakenBack(running, sandbox);
    expect(readdirSync(stateOf(sandbox))).not.toContain("stop");
  });

  it("of a run that does not heed it says that it still runs; the run ends as soon as it looks again", async () => {
    await using sandbox = await makeSandbox();
    const running = await underFault(sandbox);
    running.child.kill("SIGSTOP");
    try {
      const stopped = await rebound(["stop", runDirOf(sandbox), "--wait", "1"], sandbox);
      expect(stopped.text).toContain(`STILL RUNS  pid ${running.child.pid}`);
      expect(stopped.code).toBe(4);
    } finally {
      running.child.kill("SIGCONT");
    }
    await expectTakenBack(running, sandbox);
  });
});

describe("abort_if", () => {
  it("takes the fault back as soon as it is true, and the trial is inconclusive and names expression and value", async () => {
    await using sandbox = await makeSandbox();
    const file = join(dirname(sandbox.out), "experiments/process/guarded.yaml");
    await mkdir(dirname(file), { recursive: true });
    const text = readFileSync(join(projectRoot, quickKill), "utf8");
    await writeFile(file, `${text}\nabort_if:\n  a-back-is-gone: replicas.back < 2\n`);
    const run = await rebound(["run", file, "--out", sandbox.out], sandbox);
    const [trial] = resultOf(sandbox).intents.flatMap(({ trials }) => trials);
    expect(run.text).toContain("by abort_if a-back-is-gone: replicas.back < 2 (replicas.back 1)");
    expect(trial?.verdict.outcome, run.text).toBe("inconclusive");
    const finding = trial?.verdict.findings.find(({ rule }) => rule === "not-aborted");
    expect(finding?.says).toMatch(/abort_if a-back-is-gone: replicas\.back was 1 \(bound: replicas\.back < 2\)$/);
    expect(run.text).toContain("reverted");
    expect(run.text).not.toContain(" after ");
    expect(run.code).toBe(2);
    expect(resultOf(sandbox).interrupted).toBe(false);
    expect(processesOf(markersIn(sandbox.out))).toEqual([]);
  });
});
