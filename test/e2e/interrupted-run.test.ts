// SIGKILL of the harness, of its watchdog and of both: what they leave, and that watchdog and `rebound restore` take
// all of it back.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allGone, isRunning, makeSandbox, markersIn, watchdogsIn } from "../support/rebound-process.ts";
import { quickKill, start, expectNothingLeft, bootBegins } from "../support/killed-runs.ts";

describe("an interrupted run", () => {
  it.each(["boot", "warmup", "inject", "observe", "revert", "after", "teardown"])(
    "in %s takes the fault back, writes a partial report, leaves nothing and exits with 130",
    async (phase) => {
      await using sandbox = await makeSandbox();
      const running = start(sandbox, quickKill);
      // The first line of a phase is printed as it begins; of boot the undo log tells.
      await (phase === "boot" ? bootBegins(sandbox) : running.says(` ${phase} `));
      running.child.kill("SIGINT");
      expect((await running.exit).code, running.text()).toBe(130);
      const result = JSON.parse(readFileSync(join(sandbox.out, "latest/run.json"), "utf8")) as { interrupted: boolean };
      expect(result.interrupted).toBe(true);
      expect(readFileSync(join(sandbox.out, "latest/index.html"), "utf8")).toContain("<html");
      expect(watchdogsIn(sandbox.out).filter(isRunning)).toEqual([]);
      await expectNothingLeft(sandbox, markersIn(sandbox.out));
    },
  );

  it("that is interrupted twice ends at once, and the watchdog does what it no longer does", async () => {
    await using sandbox = await makeSandbox();
    const running = start(sandbox, quickKill);
    await running.says(" observe ");
    running.child.kill("SIGINT");
    await running.says("SIGINT: taking");
    running.child.kill("SIGINT");
    expect((await running.exit).code).toBe(130);
    await allGone(watchdogsIn(sandbox.out), "end of the watchdog");
    await expectNothingLeft(sandbox, markersIn(sandbox.out));
  });
});
