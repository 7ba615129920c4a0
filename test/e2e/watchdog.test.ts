// SIGKILL of the harness, of its watchdog and of both: what they leave, and that watchdog and `rebound restore` take
// all of it back.

import { symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { startTimeOf } from "../../src/platforms/processes/process-table.ts";
import {
  allGone,
  eventually,
  isRunning,
  makeSandbox,
  markersIn,
  ourChildrenOf,
  processesOf,
  rebound,
  startRebound,
  watchdogLog,
  watchdogsIn,
  runDirOf,
} from "../support/rebound-process.ts";
import {
  quickKill,
  start,
  killHarness,
  belongsToStack,
  expectNothingLeft,
  bootBegins,
} from "../support/killed-runs.ts";

describe("the watchdog", () => {
  it.each(["warmup", "observe", "teardown"])(
    "takes everything back when the harness is killed in %s",
    async (phase) => {
      await using sandbox = await makeSandbox();
      const running = start(sandbox, quickKill);
      await running.says(` ${phase} `);
      await killHarness(running, sandbox);
      expect(watchdogLog(sandbox.out)).toMatch(/harness: vanished[\s\S]*ends\n$/);
      await expectNothingLeft(sandbox, markersIn(sandbox.out));
    },
  );

  it("takes everything back when the harness is killed while the stack starts", async () => {
    await using sandbox = await makeSandbox();
    const running = start(sandbox, quickKill);
    const markers = await bootBegins(sandbox);
    await killHarness(running, sandbox);
    await expectNothingLeft(sandbox, markers);
  });

  it("ends a harness that hangs once its lease is over, and takes everything back", async () => {
    await using sandbox = await makeSandbox({ REBOUND_LEASE_MS: "800" });
    const running = start(sandbox, quickKill);
    await running.says(" observe ");
    running.child.kill("SIGSTOP");
    expect((await running.exit).signal).toBe("SIGKILL");
    await allGone(watchdogsIn(sandbox.out), "end of the watchdog");
    expect(watchdogLog(sandbox.out)).toContain("harness: lease over");
    await expectNothingLeft(sandbox, markersIn(sandbox.out));
  });

  it("that is killed is replaced, and one that hangs too; a signal to it that is meant for the harness changes nothing", async () => {
    await using sandbox = await makeSandbox({ REBOUND_LEASE_MS: "2000" });
    const running = start(sandbox, quickKill);
    await running.says(" warmup ");
    const [first = 0] = watchdogsIn(sandbox.out);
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.kill(first, name);
    process.kill(first, "SIGKILL");
    const replaced = (count: number): Promise<number> =>
      eventually(() => watchdogsIn(sandbox.out)[count], `watchdog number ${count + 1}`);
    const second = await replaced(1);
    expect(isRunning(first)).toBe(false);
    // Named by the run once it has given its first sign: stopped before that, it would be one that does not come up.
    await running.says(`the watchdog is pid ${second} now`);
    process.kill(second, "SIGSTOP");
    const third = await replaced(2);
    // At no instant are there two: the third writes its first line after the last thread of the second is gone.
    expect(isRunning(second)).toBe(false);
    await running.says(`the watchdog is pid ${third} now`);
    await running.says(" observe ");
    running.child.kill("SIGKILL");
    await running.exit;
    await allGone([third], "end of the watchdog");
    for (const gone of [first, second])
      expect(running.text()).toContain(`trouble: the watchdog (pid ${gone}) ended (SIGKILL); starting another`);
    await expectNothingLeft(sandbox, markersIn(sandbox.out));
  });

  it("that is killed again and again is no watchdog: the run takes everything back itself, says why, and ends", async () => {
    await using sandbox = await makeSandbox();
    const running = start(sandbox, quickKill);
    await running.says(" warmup ");
    for (let count = 0; count < 4; count += 1) {
      const watchdog = await eventually(() => watchdogsIn(sandbox.out)[count], `watchdog number ${count + 1}`);
      // Named by the run once it relies on it.
      if (count > 0) await running.says(`the watchdog is pid ${watchdog} now`);
      process.kill(watchdog, "SIGKILL");
    }
    expect((await running.exit).code, running.text()).toBe(4);
    expect(running.text()).toContain("without a watchdog nothing would be taken back after a crash");
    await expectNothingLeft(sandbox, markersIn(sandbox.out));
  });

  it("keeps a second harness away while it is at it, and restore waits for it", async () => {
    await using sandbox = await makeSandbox();
    const running = start(sandbox, quickKill);
    await running.says(" observe ");
    const [watchdog = 0] = watchdogsIn(sandbox.out);
    const { pid = 0 } = running.child;
    process.kill(watchdog, "SIGSTOP");
    running.child.kill("SIGKILL");
    await running.exit;
    const waiting = await (async () => {
      try {
        // As if the watchdog had got as far as its lock and were still busy.
        const startTime = await startTimeOf(watchdog);
        await writeFile(join(runDirOf(sandbox), "restore.lock.1"), JSON.stringify({ pid: watchdog, startTime }));
        const refused = await rebound(["run", quickKill, "--out", sandbox.out], sandbox);
        expect(refused.text).toContain(`pid ${watchdog} is still taking back`);
        expect(refused.text).toContain("type `rebound restore`");
        expect(refused.code).toBe(4);
        return startRebound(["restore"], sandbox);
      } finally {
        process.kill(watchdog, "SIGKILL");
      }
    })();
    expect((await waiting.exit).code, waiting.text()).toBe(0);
    expect(waiting.text()).toContain("done     processes of");
    expect(isRunning(pid)).toBe(false);
    await expectNothingLeft(sandbox, markersIn(sandbox.out));
  });

  it("ends proxy, load and spinners too when they hang", async () => {
    await using sandbox = await makeSandbox();
    const running = start(sandbox, quickKill);
    await running.says(" observe ");
    const watchdogs = watchdogsIn(sandbox.out);
    const helpers = ourChildrenOf(running.child.pid ?? 0).filter(
      (child) => !belongsToStack(child) && !watchdogs.includes(child),
    );
    expect(helpers.length).toBeGreaterThanOrEqual(2);
    for (const helper of helpers) process.kill(helper, "SIGSTOP");
    await killHarness(running, sandbox);
    expect(helpers.filter(isRunning)).toEqual([]);
    await expectNothingLeft(sandbox, markersIn(sandbox.out));
  });

  it("of a run that lives leaves its folder to the harness, by whatever link restore is led to it", async () => {
    await using sandbox = await makeSandbox();
    const running = start(sandbox, quickKill);
    await running.says(" baseline ");
    const link = join(dirname(sandbox.out), "link");
    await symlink(runDirOf(sandbox), link);
    const refused = await rebound(["restore", link], sandbox);
    expect(refused.text).toContain("still under way");
    expect(refused.code).toBe(4);
    running.child.kill("SIGKILL");
    await running.exit;
    await allGone(watchdogsIn(sandbox.out), "end of the watchdog");
    expect((await rebound(["restore", link], sandbox)).code).toBe(0);
    await expectNothingLeft(sandbox, markersIn(sandbox.out));
  });

  it("of `rebound up` ends the stack when up is killed", async () => {
    await using sandbox = await makeSandbox();
    const state = sandbox.env["REBOUND_STATE_DIR"] ?? "";
    const running = startRebound(["up", "echo"], sandbox);
    await running.says("Ctrl-C ends it");
    const markers = markersIn(state);
    expect(processesOf(markers).length).toBeGreaterThan(0);
    const watchdogs = watchdogsIn(state);
    running.child.kill("SIGKILL");
    await running.exit;
    await allGone(watchdogs, "end of the watchdog");
    await expectNothingLeft(sandbox, markers);
  });
});
