// What Rebound could not see it must not pass: real trials that heal in time, with the probe, the load or the feed
// taken away meanwhile.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eventually, makeSandbox, startRebound } from "../support/rebound-process.ts";
import type { Rebound, Sandbox } from "../support/rebound-process.ts";

interface Verdict {
  readonly outcome: string;
  readonly findings: readonly { readonly rule: string; readonly outcome: string; readonly says: string }[];
}

/** One trial of a clean outage that the oracle heals and declares. */
function startTrial(sandbox: Sandbox): Rebound {
  return startRebound(["run", "experiments/control/known-truth.yaml", "--seed", "3", "--out", sandbox.out], sandbox);
}

function fileOf(out: string, name: string): string | undefined {
  if (!existsSync(out)) return undefined;
  const found = readdirSync(out, { recursive: true, encoding: "utf8" }).find((path) => path.endsWith(name));
  return found === undefined ? undefined : join(out, found);
}

async function verdictOf(run: Rebound, sandbox: Sandbox): Promise<Verdict> {
  await run.exit;
  const file = fileOf(sandbox.out, "verdict.json");
  if (file === undefined) throw new Error(`no verdict:\n${run.text()}`);
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly verdict: Verdict }).verdict;
}

function isLoadOf(pid: string, harness: number | undefined): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    const parent = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return words.includes("src/load/main.js") && Number(parent) === harness;
  } catch {
    return false;
  }
}

/** The load process of a run, once the fault is in place. */
async function loadWhenBroken(run: Rebound, sandbox: Sandbox): Promise<number> {
  await eventually(() => {
    const timeline = fileOf(sandbox.out, "timeline.jsonl");
    return timeline !== undefined && readFileSync(timeline, "utf8").includes('"step":"confirmed"') ? true : undefined;
  }, "the fault in place");
  const pid = readdirSync("/proc").find((name) => /^\d+$/.test(name) && isLoadOf(name, run.child.pid));
  if (pid === undefined) throw new Error("the run has no load process");
  return Number(pid);
}

describe("a trial that heals in time", () => {
  it.each([
    ["the probe sees nothing from the fault on", { ORACLE_DARK: "level" }, /level\.main/],
    ["the incident feed is cut with the fault", { ORACLE_DARK: "feed" }, /feed/],
  ])("is inconclusive when %s", async (_, env, says) => {
    await using sandbox = await makeSandbox({ ORACLE_SHAPE: "step", ...env });
    const { outcome, findings } = await verdictOf(startTrial(sandbox), sandbox);
    expect(outcome, JSON.stringify(findings)).toBe("inconclusive");
    const unclear = findings.filter((finding) => finding.outcome === "inconclusive");
    expect(unclear.map((finding) => finding.says).join("; ")).toMatch(says);
  });

  it.each(["SIGKILL", "SIGSTOP"] as const)(
    "is inconclusive when its load gets %s while the fault is in place",
    async (signal) => {
      await using sandbox = await makeSandbox({ ORACLE_SHAPE: "step" });
      const run = startTrial(sandbox);
      process.kill(await loadWhenBroken(run, sandbox), signal);
      const { outcome, findings } = await verdictOf(run, sandbox);
      expect(outcome, JSON.stringify(findings)).toBe("inconclusive");
      expect(findings.find(({ rule }) => rule === "harness-kept-pace")?.outcome).toBe("inconclusive");
    },
  );
});
