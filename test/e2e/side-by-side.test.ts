// Trials side by side on real stacks: each trial is whole, and nothing of any is left.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isBlurred, trialsOf } from "../support/main-job.ts";
import { makeSandbox, markersIn, processesOf, rebound, type Sandbox, resultOf } from "../support/rebound-process.ts";

/** Ports of every replica, by trial. */
function portsIn(sandbox: Sandbox): string[][] {
  const root = join(sandbox.out, "latest/trials");
  const timelines = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith("timeline.jsonl"),
  );
  return timelines.map((name) => {
    const looks = readFileSync(join(root, name), "utf8").split("\n");
    const [first = ""] = looks.filter((line) => line.includes('"kind":"inventory"'));
    return [...new Set([...first.matchAll(/"port":(\d+)/g)].map((match) => match[1] ?? ""))];
  });
}

describe("three trials side by side", () => {
  it("come out as when alone wherever the machine let them be measured, on ports of their own, and leave nothing", async () => {
    await using sandbox = await makeSandbox();
    const intent = "test/fixtures/experiments/control/quick-placebo.yaml";
    const { text } = await rebound(["run", intent, "--jobs", "3", "--out", sandbox.out], sandbox);
    const result = resultOf(sandbox);
    expect(trialsOf(result), text).toHaveLength(3);
    for (const trial of trialsOf(result)) {
      const left = trial.verdict.findings.find(({ rule }) => rule === "nothing-left");
      expect(left?.outcome, text).toBe("pass");
      if (!isBlurred(trial)) expect(trial.verdict.outcome, text).toBe("pass");
    }
    const ports = portsIn(sandbox);
    expect(ports.map((own) => own.length)).toEqual([3, 3, 3]);
    expect(processesOf(markersIn(sandbox.out))).toEqual([]);
    expect(result.governor?.jobs).toBe(3);
    // How many there really were is the governor's: at least one, and where it allowed more, on ports that differ.
    expect(result.governor?.mostAtOnce).toBeGreaterThanOrEqual(1);
    if (result.governor?.mostAtOnce === 3) expect(new Set(ports.flat()).size).toBe(9);
  });
});
