// Runs the built command as a user would, in a state folder and an output folder of its own, and lets tests wait for
// what it says.

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { RunResult } from "../../src/records/results/run-result.ts";
import { isOver, parseStat } from "../../src/platforms/processes/process-stat.ts";

export const projectRoot = resolve(import.meta.dirname, "../..");

/** A folder for the output and the state of some calls; removed when disposed. */
export interface Sandbox extends AsyncDisposable {
  readonly out: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where the user stands; the project when absent. */
  readonly cwd?: string;
}

export async function makeSandbox(env: Readonly<Record<string, string>> = {}): Promise<Sandbox> {
  const dir = await mkdtemp(join(tmpdir(), "rebound-test-"));
  return {
    out: join(dir, "reports"),
    env: { ...process.env, REBOUND_STATE_DIR: join(dir, "state"), NO_COLOR: "1", ...env },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

export interface Rebound {
  readonly child: ChildProcess;
  readonly exit: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Everything printed so far, both streams. */
  text(): string;
  /** Resolves when the text holds `words`; rejects with the text when the process ends before. */
  says(words: string | RegExp): Promise<void>;
}

export function startRebound(args: readonly string[], sandbox: Sandbox): Rebound {
  const child = spawn(process.execPath, [join(projectRoot, "bin/rebound.js"), ...args], {
    cwd: sandbox.cwd ?? projectRoot,
    env: sandbox.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const listeners = new Set<() => void>();
  const take = (chunk: Buffer): void => {
    text += chunk.toString("utf8");
    for (const listener of listeners) listener();
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const exit = new Promise<Awaited<Rebound["exit"]>>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  const holds = (words: string | RegExp): boolean =>
    typeof words === "string" ? text.includes(words) : words.test(text);
  return {
    child,
    exit,
    text: () => text,
    async says(words) {
      if (holds(words)) return;
      await new Promise<void>((resolve, reject) => {
        const look = (): void => {
          if (!holds(words)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        void exit.then(() => reject(new Error(`ended without saying ${String(words)}:\n${text}`)));
      });
    },
  };
}

/** Runs to the end. */
export async function rebound(
  args: readonly string[],
  sandbox: Sandbox,
): Promise<{ code: number | null; text: string }> {
  const running = startRebound(args, sandbox);
  const { code } = await running.exit;
  return { code, text: running.text() };
}

/** What the last run wrote. */
export function resultOf(sandbox: Sandbox): RunResult {
  return JSON.parse(readFileSync(join(sandbox.out, "latest/run.json"), "utf8")) as RunResult;
}

/** The folder of the only run. */
export function runDirOf(sandbox: Sandbox): string {
  const [name] = readdirSync(sandbox.out).filter((entry) => entry !== "latest");
  return join(sandbox.out, name ?? "");
}

/** Resolves once `look` gives something, asking every 10 ms; rejects after `limitMs`. */
export async function eventually<T>(look: () => T | undefined, what: string, limitMs = 60_000): Promise<T> {
  const until = performance.now() + limitMs;
  while (performance.now() < until) {
    const seen = look();
    if (seen !== undefined) return seen;
    await delay(10);
  }
  throw new Error(`not seen within ${limitMs} ms: ${what}`);
}

/** Markers of every stack that an undo log below `out` tells of. */
export function markersIn(out: string): string[] {
  if (!existsSync(out)) return [];
  const logs = readdirSync(out, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith("undo.jsonl"));
  const markers = logs.flatMap((name) =>
    [...readFileSync(join(out, name), "utf8").matchAll(/"marker":"([^"]+)"/g)].map((match) => match[1] ?? ""),
  );
  return [...new Set(markers)];
}

function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "latin1");
  } catch {
    return "";
  }
}

function pidsNow(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Pids of living processes whose environment carries one of the markers (Linux). */
export function processesOf(markers: readonly string[]): number[] {
  return pidsNow().filter((pid) => {
    const environment = readProc(`${pid}/environ`);
    return markers.some((marker) => environment.includes(`STACK_INSTANCE=${marker}`));
  });
}

/**
 * Pids of processes that are there and were started by this one: of a harness its proxy, its load, its watchdog and its
 * stacks.
 */
export function ourChildrenOf(parent: number): number[] {
  return pidsNow().filter((pid) => isRunning(pid) && parseStat(readProc(`${pid}/stat`))?.parent === parent);
}

/** True while any thread of the process is there: a zombie whose others live on still holds its ports. */
export function isRunning(pid: number): boolean {
  const stat = parseStat(readProc(`${pid}/stat`));
  return stat !== undefined && !isOver(stat);
}

/** Pids of every watchdog that a log below `dir` tells of, in the order of their start. */
export function watchdogsIn(dir: string): number[] {
  if (!existsSync(dir)) return [];
  const logs = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith("watchdog.log"));
  return logs.flatMap((name) =>
    [...readFileSync(join(dir, name), "utf8").matchAll(/ pid (\d+) watches /g)].map((match) => Number(match[1])),
  );
}

/** Everything that the watchdogs below `dir` wrote. */
export function watchdogLog(dir: string): string {
  const logs = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith("watchdog.log"));
  return logs.map((name) => readFileSync(join(dir, name), "utf8")).join("");
}

/** Resolves once none of the pids runs. */
export async function allGone(pids: readonly number[], what: string): Promise<void> {
  await eventually(() => (pids.some(isRunning) ? undefined : true), what);
}
