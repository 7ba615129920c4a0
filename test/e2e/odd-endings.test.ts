// Endings that come from odd sides while a fault is in place: signals for a whole process group, links, folders that
// are taken away.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  eventually,
  makeSandbox,
  markersIn,
  processesOf,
  projectRoot,
  rebound,
  startRebound,
  type Rebound,
  type Sandbox,
  runDirOf,
} from "../support/rebound-process.ts";

const quickLatency = "test/fixtures/experiments/network/quick-latency.yaml";

async function underFault(sandbox: Sandbox): Promise<Rebound> {
  const running = startRebound(["run", quickLatency, "--out", sandbox.out], sandbox);
  await running.says(" observe ");
  return running;
}

describe("a run that is ended while its fault is in place", () => {
  it("takes its toxic back when the whole process group is told to end, as a cancelled job is", async () => {
    await using sandbox = await makeSandbox();
    const args = [join(projectRoot, "bin/rebound.js"), "run", quickLatency, "--out", sandbox.out];
    const child = spawn(process.execPath, args, {
      cwd: projectRoot,
      env: sandbox.env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
    const exit = once(child, "exit");
    await eventually(() => (text.includes(" observe ") ? true : undefined), "the fault in place");
    process.kill(-(child.pid ?? 0), "SIGTERM");
    expect((await exit)[0], text).toBe(130);
    expect(text).toContain("reverted");
    expect(text).not.toContain("revert-failed");
    expect(text).not.toContain("could not be taken back");
    expect(processesOf(markersIn(sandbox.out))).toEqual([]);
  });

  it("is found by `rebound stop` also through a link to its folder", async () => {
    await using sandbox = await makeSandbox();
    const running = await underFault(sandbox);
    const link = join(dirname(sandbox.out), "link");
    symlinkSync(runDirOf(sandbox), link);
    const stopped = await rebound(["stop", link], sandbox);
    expect(stopped.text).toContain(`ended (pid ${running.child.pid})`);
    expect(stopped.code).toBe(0);
    expect((await running.exit).code).toBe(130);
  });

  it("and was suspended is ended by its watchdog, for which `rebound stop` waits", async () => {
    await using sandbox = await makeSandbox({ REBOUND_LEASE_MS: "3000" });
    const running = await underFault(sandbox);
    running.child.kill("SIGSTOP");
    const stopped = await rebound(["stop", runDirOf(sandbox)], sandbox);
    expect(stopped.text).toContain("its faults are taken back");
    expect(stopped.code).toBe(0);
    expect(processesOf(markersIn(sandbox.out))).toEqual([]);
  });
});

describe("a run whose folder is taken away while its fault is in place", () => {
  it.each([
    ["deleted", (dir: string) => rmSync(dir, { recursive: true })],
    ["moved", (dir: string) => renameSync(dir, `${dir}-moved`)],
  ])("and is %s is still taken back when its harness is killed", async (_how, takeAway) => {
    await using sandbox = await makeSandbox();
    const running = await underFault(sandbox);
    const markers = markersIn(sandbox.out);
    expect(processesOf(markers).length).toBeGreaterThan(0);
    takeAway(runDirOf(sandbox));
    running.child.kill("SIGKILL");
    await running.exit;
    expect((await rebound(["restore"], sandbox)).code).toBe(0);
    expect(processesOf(markers)).toEqual([]);
    expect(readdirSync(join(sandbox.env["REBOUND_STATE_DIR"] ?? "", "runs"))).toEqual([]);
  });

  it("is known as living at its new place", async () => {
    await using sandbox = await makeSandbox();
    const running = await underFault(sandbox);
    const moved = `${runDirOf(sandbox)}-moved`;
    renameSync(runDirOf(sandbox), moved);
    const restored = await rebound(["restore", moved], sandbox);
    expect(restored.text).toContain(`this run is still under way (pid ${running.child.pid})`);
    running.child.kill("SIGKILL");
    await running.exit;
    expect((await rebound(["restore", moved], sandbox)).code).toBe(0);
    expect(processesOf(markersIn(sandbox.out))).toEqual([]);
  });
});

describe("rebound restore", () => {
  it("of a folder that is no run's says so, and leaves nothing in it", async () => {
    await using sandbox = await makeSandbox();
    mkdirSync(sandbox.out);
    const restored = await rebound(["restore", sandbox.out], sandbox);
    expect(restored.text).toContain("is not a run folder");
    expect(restored.code).toBe(3);
    expect(readdirSync(sandbox.out)).toEqual([]);
  });
});
