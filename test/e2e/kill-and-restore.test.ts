// SIGKILL of the harness, of its watchdog and of both: what they leave, and that watchdog and `rebound restore` take
// all of it back.

import { readdirSync, readFileSync } from "node:fs";
import { mkdir, rename, rmdir, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
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
  type Rebound,
  type Sandbox,
} from "../support/rebound-process.ts";

const quickKill = "test/fixtures/experiments/process/quick-kill.yaml";
const indexDamage = "experiments/data/vector-index-corruption.yaml";

function start(sandbox: Sandbox, intent: string): Rebound {
  return startRebound(["run", intent, "--out", sandbox.out], sandbox);
}

/**
 * Ends harness and watchdog as hard as can be, so that no watchdog takes another's place, and waits for our helpers'
 * end.
 */
async function killBoth(running: Rebound, sandbox: Sandbox): Promise<void> {
  const pid = running.child.pid ?? 0;
  running.child.kill("SIGSTOP");
  const helpers = ourChildrenOf(pid).filter((child) => !belongsToStack(child));
  for (const watchdog of watchdogsIn(sandbox.out)) process.kill(watchdog, "SIGKILL");
  running.child.kill("SIGKILL");
  expect((await running.exit).signal).toBe("SIGKILL");
  await allGone(helpers, "end of proxy, load and watchdog");
}

/** Ends the harness alone, and waits until its watchdog is done. */
async function killHarness(running: Rebound, sandbox: Sandbox): Promise<void> {
  const watchdogs = watchdogsIn(sandbox.out);
  expect(watchdogs).toHaveLength(1);
  running.child.kill("SIGKILL");
  expect((await running.exit).signal).toBe("SIGKILL");
  await allGone(watchdogs, "end of the watchdog");
}

/** True when the process belongs to a stack (which outlives its starter until it is ended). */
function belongsToStack(pid: number): boolean {
  try {
    return /STACK_INSTANCE=(?!helpers-)/.test(readFileSync(`/proc/${pid}/environ`, "utf8"));
  } catch {
    return false;
  }
}

function workFolders(markers: readonly string[]): string[] {
  return readdirSync(tmpdir()).filter((name) => markers.some((marker) => name === `stack-${marker}`));
}

async function expectNothingLeft(sandbox: Sandbox, markers: readonly string[]): Promise<void> {
  expect(processesOf(markers)).toEqual([]);
  expect(workFolders(markers)).toEqual([]);
  const again = await rebound(["restore"], sandbox);
  expect(again).toEqual({ code: 0, text: "Nothing to restore: no run was killed.\n" });
}

/** Resolves with the markers once the stack of the trial is being started. */
function bootBegins(sandbox: Sandbox): Promise<string[]> {
  return eventually(() => {
    const found = markersIn(sandbox.out).filter((marker) => !marker.startsWith("helpers-"));
    return found.length > 0 ? found : undefined;
  }, "first line of the undo log");
}

describe("after SIGKILL of harness and watchdog", () => {
  it.each(["warmup", "observe", "revert"])(
    "in phase %s, a second harness refuses to start and restore ends the orphans and removes the work folder",
    async (phase) => {
      await using sandbox = await makeSandbox();
      const running = start(sandbox, quickKill);
      await running.says(` ${phase} `);
      await killBoth(running, sandbox);
      const markers = markersIn(sandbox.out);
      expect(processesOf(markers).length).toBeGreaterThan(0);
      expect(workFolders(markers).length).toBe(1);
      for (const command of [
        ["run", quickKill, "--out", sandbox.out],
        ["up", "echo"],
      ]) {
        const refused = await rebound(command, sandbox);
        expect(refused.code).toBe(4);
        expect(refused.text).toContain("type `rebound restore`");
      }
      const restored = await rebound(["restore"], sandbox);
      expect(restored.text).toContain("done     processes of");
      expect(restored.code).toBe(0);
      await expectNothingLeft(sandbox, markers);
    },
  );

  it("with a damaged index in place, restore puts the file back or removes it with its stack", async () => {
    await using sandbox = await makeSandbox({ HEALER_NOOP_ACTIONS: "restore-index" });
    const running = start(sandbox, indexDamage);
    await running.says(" observe ");
    await killBoth(running, sandbox);
    const markers = markersIn(sandbox.out);
    expect(processesOf(markers).length).toBeGreaterThan(0);
    const restored = await rebound(["restore"], sandbox);
    expect(restored.text).toContain("done     fault index.corruption at vector-");
    expect(restored.code).toBe(0);
    expect(backups(sandbox.out)).toEqual([]);
    await expectNothingLeft(sandbox, markers);
  });

  it("a log that cannot be read refuses the next run too, and says so", async () => {
    await using sandbox = await makeSandbox();
    const running = start(sandbox, quickKill);
    await running.says(" baseline ");
    await killBoth(running, sandbox);
    const markers = markersIn(sandbox.out);
    const log = join(runDirOf(sandbox), "trials/process/quick-kill/treatment-1/undo.jsonl");
    await rename(log, `${log}.away`);
    await mkdir(log);
    const refused = await rebound(["run", quickKill, "--out", sandbox.out], sandbox);
    expect(refused.code).toBe(4);
    expect(refused.text).toContain("cannot read the undo log");
    expect(refused.text).toContain("type `rebound restore`");
    expect((await rebound(["restore"], sandbox)).code).toBe(4);
    await rmdir(log);
    await rename(`${log}.away`, log);
    expect((await rebound(["restore"], sandbox)).code).toBe(0);
    await expectNothingLeft(sandbox, markers);
  });
});

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

function backups(out: string): string[] {
  return readdirSync(out, { recursive: true, encoding: "utf8" }).filter((name) => /\/undo(\/|$)/.test(name));
}

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

function runDirOf(sandbox: Sandbox): string {
  const [name] = readdirSync(sandbox.out).filter((entry) => entry !== "latest");
  return join(sandbox.out, name ?? "");
}
