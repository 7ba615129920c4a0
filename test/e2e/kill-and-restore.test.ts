// SIGKILL of the harness in every phase: what it leaves, and that `rebound restore` takes all of it back.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  eventually,
  makeSandbox,
  markersIn,
  ourChildrenOf,
  processesOf,
  rebound,
  startRebound,
  type Rebound,
  type Sandbox,
} from "../support/rebound-process.ts";

const quickKill = "test/fixtures/experiments/process/quick-kill.yaml";
const indexDamage = "experiments/data/vector-index-corruption.yaml";

function start(sandbox: Sandbox, intent: string): Rebound {
  return startRebound(["run", intent, "--out", sandbox.out], sandbox);
}

/** Ends the harness as hard as can be and waits until its own helper processes (proxy, load) have noticed. */
async function killHarness(running: Rebound): Promise<void> {
  const pid = running.child.pid ?? 0;
  const children = ourChildrenOf(pid);
  running.child.kill("SIGKILL");
  expect((await running.exit).signal).toBe("SIGKILL");
  const markers = new Set(children.filter((child) => existsSync(`/proc/${child}`)));
  await eventually(
    () => ([...markers].every((child) => endedOrStack(child)) ? true : undefined),
    "end of proxy and load",
  );
}

/** True when the process is gone, or belongs to the stack (which outlives its starter until it is restored). */
function endedOrStack(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").includes("STACK_INSTANCE=");
  } catch {
    return true;
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

describe("after SIGKILL of the harness", () => {
  it.each(["warmup", "baseline", "inject", "observe", "revert", "after"])(
    "in phase %s, restore ends the orphans and removes the work folder",
    async (phase) => {
      await using sandbox = await makeSandbox();
      const running = start(sandbox, quickKill);
      await running.says(` ${phase} `);
      await killHarness(running);
      const markers = markersIn(sandbox.out);
      expect(processesOf(markers).length).toBeGreaterThan(0);
      expect(workFolders(markers).length).toBe(1);
      const refused = await rebound(["run", quickKill, "--out", sandbox.out], sandbox);
      expect(refused.code).toBe(4);
      expect(refused.text).toContain("rebound restore");
      const restored = await rebound(["restore"], sandbox);
      expect(restored.text).toContain("done     processes of");
      expect(restored.code).toBe(0);
      await expectNothingLeft(sandbox, markers);
    },
  );

  it("in phase boot, before the stack is ready, restore leaves nothing behind", async () => {
    await using sandbox = await makeSandbox();
    const running = start(sandbox, quickKill);
    const markers = await eventually(() => {
      const found = markersIn(sandbox.out);
      return found.length > 0 ? found : undefined;
    }, "first line of the undo log");
    await killHarness(running);
    expect((await rebound(["restore"], sandbox)).code).toBe(0);
    await expectNothingLeft(sandbox, markers);
  });

  it("in phase teardown, whatever was already taken back, restore leaves nothing behind", async () => {
    await using sandbox = await makeSandbox();
    const running = start(sandbox, quickKill);
    await running.says(" teardown ");
    await killHarness(running);
    const markers = markersIn(sandbox.out);
    expect((await rebound(["restore"], sandbox)).code).toBe(0);
    await expectNothingLeft(sandbox, markers);
  });

  it("with a damaged index in place, restore puts the file back or removes it with its stack", async () => {
    await using sandbox = await makeSandbox({ HEALER_NOOP_ACTIONS: "restore-index" });
    const running = start(sandbox, indexDamage);
    await running.says(" observe ");
    await killHarness(running);
    const markers = markersIn(sandbox.out);
    expect(processesOf(markers).length).toBeGreaterThan(0);
    const restored = await rebound(["restore"], sandbox);
    expect(restored.text).toContain("done     fault index.corruption at vector-");
    expect(restored.code).toBe(0);
    expect(backups(sandbox.out)).toEqual([]);
    await expectNothingLeft(sandbox, markers);
  });
});

function backups(out: string): string[] {
  return readdirSync(out, { recursive: true, encoding: "utf8" }).filter((name) => /\/undo(\/|$)/.test(name));
}

describe("an interrupted run", () => {
  it("takes the fault back, writes a partial report, leaves nothing and exits with 130", async () => {
    await using sandbox = await makeSandbox();
    const running = start(sandbox, quickKill);
    await running.says(" observe ");
    running.child.kill("SIGINT");
    expect((await running.exit).code).toBe(130);
    const result = JSON.parse(readFileSync(join(sandbox.out, "latest/run.json"), "utf8")) as { interrupted: boolean };
    expect(result.interrupted).toBe(true);
    expect(readFileSync(join(sandbox.out, "latest/index.html"), "utf8")).toContain("<html");
    await expectNothingLeft(sandbox, markersIn(sandbox.out));
  });
});
