// A run that is killed before it could write its results: what its trials left is judged and shown, by itself.

import { existsSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunResult } from "../../src/records/results/run-result.ts";
import type { TrialResult } from "../../src/records/results/trial-result.ts";
import { allGone, makeSandbox, rebound, startRebound, watchdogsIn, type Sandbox } from "../support/rebound-process.ts";

const quickKill = "test/fixtures/experiments/process/quick-kill.yaml";

function runDirOf(sandbox: Sandbox): string {
  return join(sandbox.out, readdirSync(sandbox.out).find((name) => /^\d{8}-/.test(name)) ?? "");
}

function json(...path: readonly string[]): unknown {
  return JSON.parse(readFileSync(join(...path), "utf8"));
}

describe("a harness that gets SIGKILL in the second trial", () => {
  it("leaves a run that `judge` and `report` show from its trial folders, the unfinished one named", async () => {
    await using sandbox = await makeSandbox();
    const running = startRebound(["run", quickKill, "--trials", "2", "--out", sandbox.out], sandbox);
    await running.says(/\[2\/2\].* observe /);
    running.child.kill("SIGKILL");
    await running.exit;
    await allGone(watchdogsIn(sandbox.out), "end of the watchdog");
    const dir = runDirOf(sandbox);
    expect(existsSync(join(dir, "run.json"))).toBe(false);
    expect(json(dir, "begun.json")).toMatchObject({ planned: 2, intents: ["process/quick-kill"] });
    const kept = json(dir, "intents/process/quick-kill.json") as { source: string; title: string };
    expect(kept.source).toBe(readFileSync(quickKill, "utf8"));
    const first = json(dir, "trials/process/quick-kill/treatment-1/verdict.json") as TrialResult;

    const expectShown = async (why: string, title: string): Promise<void> => {
      const judged = await rebound(["judge", dir], sandbox);
      expect(judged.text).toContain(`note: ${why}`);
      expect(judged.text).toContain("skipped: process/quick-kill/treatment-2: its timeline ends in ");
      expect(judged.text).toContain("process/quick-kill");
      expect(judged.code).toBe(first.verdict.outcome === "fail" || first.verdict.outcome === "residue" ? 1 : 2);
      const reported = await rebound(["report", dir], sandbox);
      expect(reported.code, reported.text).toBe(0);
      expect(reported.text).toContain("skipped: process/quick-kill/treatment-2");
      for (const name of ["index.html", "junit.xml", "summary.md"]) expect(existsSync(join(dir, name))).toBe(true);
      const result = json(dir, "run.json") as RunResult;
      expect(result).toMatchObject({ interrupted: true, reason: "failed", intents: [{ title }] });
      expect(result.intents.flatMap(({ trials }) => trials.map(({ verdict }) => verdict.outcome))).toEqual([
        first.verdict.outcome,
      ]);
      const again = await rebound(["judge", dir], sandbox);
      expect(again.text).toContain("Same verdicts as recorded.");
    };
    await expectShown("it has no run.json: judged from what its trials left", kept.title);
    truncateSync(join(dir, "run.json"), 1000);
    await expectShown("its run.json is not whole", kept.title);
    // As an earlier version left it.
    for (const name of ["run.json", "begun.json", "intents"]) rmSync(join(dir, name), { recursive: true });
    await expectShown("it has no run.json: judged from what its trials left", "process/quick-kill");
  });
});
