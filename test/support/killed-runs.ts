// SIGKILL of the harness, of its watchdog and of both: what they leave, and that watchdog and `rebound restore` take
// all of it back.

import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect } from "vitest";
import {
  allGone,
  eventually,
  markersIn,
  ourChildrenOf,
  processesOf,
  rebound,
  startRebound,
  watchdogsIn,
  type Rebound,
  type Sandbox,
} from "./rebound-process.ts";

export const quickKill = "test/fixtures/experiments/process/quick-kill.yaml";

export const indexDamage = "experiments/data/vector-index-corruption.yaml";

export function start(sandbox: Sandbox, intent: string): Rebound {
  return startRebound(["run", intent, "--out", sandbox.out], sandbox);
}

/**
 * Ends harness and watchdog as hard as can be, so that no watchdog takes another's place, and waits for our helpers'
 * end.
 */
export async function killBoth(running: Rebound, sandbox: Sandbox): Promise<void> {
  const pid = running.child.pid ?? 0;
  running.child.kill("SIGSTOP");
  const helpers = ourChildrenOf(pid).filter((child) => !belongsToStack(child));
  for (const watchdog of watchdogsIn(sandbox.out)) process.kill(watchdog, "SIGKILL");
  running.child.kill("SIGKILL");
  expect((await running.exit).signal).toBe("SIGKILL");
  await allGone(helpers, "end of proxy, load and watchdog");
}

/** Ends the harness alone, and waits until its watchdog is done. */
export async function killHarness(running: Rebound, sandbox: Sandbox): Promise<void> {
  const watchdogs = watchdogsIn(sandbox.out);
  expect(watchdogs).toHaveLength(1);
  running.child.kill("SIGKILL");
  expect((await running.exit).signal).toBe("SIGKILL");
  await allGone(watchdogs, "end of the watchdog");
}

/** True when the process belongs to a stack (which outlives its starter until it is ended). */
export function belongsToStack(pid: number): boolean {
  try {
    return /STACK_INSTANCE=(?!helpers-)/.test(readFileSync(`/proc/${pid}/environ`, "utf8"));
  } catch {
    return false;
  }
}

export function workFolders(markers: readonly string[]): string[] {
  return readdirSync(tmpdir()).filter((name) => markers.some((marker) => name === `stack-${marker}`));
}

export async function expectNothingLeft(sandbox: Sandbox, markers: readonly string[]): Promise<void> {
  expect(processesOf(markers)).toEqual([]);
  expect(workFolders(markers)).toEqual([]);
  const again = await rebound(["restore"], sandbox);
  expect(again).toEqual({ code: 0, text: "Nothing to restore: no run was killed.\n" });
}

/** Resolves with the markers once the stack of the trial is being started. */
export function bootBegins(sandbox: Sandbox): Promise<string[]> {
  return eventually(() => {
    const found = markersIn(sandbox.out).filter((marker) => !marker.startsWith("helpers-"));
    return found.length > 0 ? found : undefined;
  }, "first line of the undo log");
}

export function backups(out: string): string[] {
  return readdirSync(out, { recursive: true, encoding: "utf8" }).filter((name) => /\/undo(\/|$)/.test(name));
}
