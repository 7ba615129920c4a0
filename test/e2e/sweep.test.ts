// A sweep on a real stack: each trial a run of its own at its dose, everything taken back, the result kept.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Sweep } from "../../src/records/sweep.ts";
import { expectNothingLeft } from "../support/killed-runs.ts";
import { makeSandbox, markersIn, rebound, startRebound, type Sandbox } from "../support/rebound-process.ts";

function sweepIn({ out }: Sandbox): { readonly dir: string; readonly sweep: Sweep } {
  const [id = ""] = readdirSync(join(out, "sweeps"));
  const dir = join(out, "sweeps", id);
  return { dir, sweep: JSON.parse(readFileSync(join(dir, "sweep.json"), "utf8")) as Sweep };
}

describe("rebound sweep", () => {
  it("refuses a fault that has no dose, names those that have one, and leaves nothing", async () => {
    await using sandbox = await makeSandbox();
    const { code, text } = await rebound(
      ["sweep", "experiments/process/replica-kill.yaml", "--out", sandbox.out],
      sandbox,
    );
    expect(code).toBe(3);
    expect(text).toMatch(/replica-kill\.yaml:1:1: process\.kill; expected a fault that has a dose/);
    expect(text).toContain("network.latency");
    expect(existsSync(sandbox.out)).toBe(false);
  });

  it("runs each dose as a run of its own, and keeps it apart from the intent's history", async () => {
    await using sandbox = await makeSandbox();
    const { code, text } = await rebound(
      ["sweep", "experiments/network/inference-latency.yaml", "--most", "2", "--out", sandbox.out],
      sandbox,
    );
    expect([0, 2], text).toContain(code);
    const { dir, sweep } = sweepIn(sandbox);
    expect(sweep.trials).toHaveLength(2);
    for (const { run, dose } of sweep.trials) {
      const plan = readFileSync(
        join(dir, "runs", run, "trials/network/inference-latency/treatment-1/plan.json"),
        "utf8",
      );
      expect(plan).toContain(`"latency": "${dose}ms"`);
      const again = join(dir, "doses", String(dose), "experiments/network/inference-latency.yaml");
      expect(readFileSync(again, "utf8")).toContain(`latency: ${dose}ms`);
    }
    expect(readFileSync(join(dir, "index.html"), "utf8")).toContain("Sweep of network/inference-latency");
    expect(existsSync(join(sandbox.out, "history/trials.ndjson"))).toBe(false);
    expect(text).toMatch(/\[2\/2\] latency \S+ (?:held|broke|unfelt|untold)/);
    const doses = await rebound(["history", "doses", "--out", sandbox.out], sandbox);
    expect(doses.text).toMatch(
      sweep.trials.some(({ answer }) => answer !== "untold") ? sweep.sweepId : "no sweep is in the history",
    );
    await expectNothingLeft(sandbox, markersIn(sandbox.out));
  });

  it("that is interrupted takes everything back, writes what there is, and exits with 130", async () => {
    await using sandbox = await makeSandbox();
    const running = startRebound(
      ["sweep", "experiments/network/inference-latency.yaml", "--out", sandbox.out],
      sandbox,
    );
    await running.says(" baseline ");
    running.child.kill("SIGINT");
    expect((await running.exit).code, running.text()).toBe(130);
    const { sweep } = sweepIn(sandbox);
    expect(sweep).toMatchObject({ interrupted: true, breaks: { kind: "unsure" } });
    expect(sweep.trials.map(({ answer }) => answer)).toEqual(["untold"]);
    await expectNothingLeft(sandbox, markersIn(sandbox.out));
  });
});
