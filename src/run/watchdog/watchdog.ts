// The harness's side of its watchdog: starts it before any harm, gives signs of life, replaces one that died, lets go
// at the end.

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import { makeLease } from "./lease.ts";
import { stateDir } from "../../store/active-runs.ts";
import type { LockOwner } from "../../store/restore-lock.ts";
import { defaultLeaseMs, looksPerLease, type ToWatchdog, type WatchdogOrder } from "./order.ts";
import { compiledEntry, firstAnswer, isGone } from "../../lib/proc.ts";

/** Name of the watchdog's log in a run's folder. */
const logName = "watchdog.log";
const startTimeoutMs: Ms = 15_000;
const endTimeoutMs: Ms = 3_000;
/** A watchdog that keeps dying cannot be relied on: then the run ends. */
const mostReplacements = 3;

export interface Watchdog {
  /** Aborts when there is no watchdog any more and none could be started; its reason is a HarnessError. */
  readonly lost: AbortSignal;
  /**
   * Tells it that nothing is left to watch over, and waits for its end. Without this call it undoes what is in the
   * logs.
   */
  done(): Promise<void>;
}

/** What is watched over. */
export interface Watched {
  /** Absolute; its undo logs are what the watchdog works on. */
  readonly runDir: string;
  readonly harness: LockOwner;
  /** Called when a watchdog was lost, and again when another has taken its place. */
  readonly onTrouble: (reason: string) => void;
}

/** Starts a watchdog and resolves once it watches. Throws HarnessError "environment" when it does not come up. */
export async function startWatchdog(watched: Watched): Promise<Watchdog> {
  const order = { runDir: watched.runDir, harness: watched.harness, leaseMs: leaseFromEnvironment() };
  const lost = new AbortController();
  let ended = false;
  let replaced = 0;
  let current: ChildProcess;
  let stopRenewing = (): void => undefined;
  const attend = (child: ChildProcess): void => {
    current = child;
    const renewing = renew(child, order.leaseMs);
    // Told once the kernel has let go of its last thread: a successor never meets it, not even a hanging one that was
    // killed.
    const onExit = (): void => {
      clearInterval(renewing);
      if (!ended) void replace(`the watchdog (pid ${child.pid}) ended (${child.signalCode ?? child.exitCode})`);
    };
    stopRenewing = () => clearInterval(renewing);
    // It may have gone between its first sign and now.
    if (isGone(child)) onExit();
    else child.once("exit", onExit);
  };
  const replace = async (reason: string): Promise<void> => {
    replaced += 1;
    try {
      if (replaced > mostReplacements) throw new HarnessError("environment", `${reason}, ${replaced} times`);
      watched.onTrouble(`${reason}; starting another`);
      const child = await start(order);
      attend(child);
      if (ended) await letGo(child);
      else watched.onTrouble(`the watchdog is pid ${child.pid} now`);
    } catch (thrown) {
      // One that does not come up is one that ended: another is tried, as often as that is allowed.
      if (replaced <= mostReplacements && !ended) return replace(messageOf(thrown));
      const hint = "without a watchdog nothing would be taken back after a crash: the run ends";
      lost.abort(new HarnessError("environment", messageOf(thrown), { cause: thrown, hint }));
    }
  };
  attend(await start(order));
  return {
    lost: lost.signal,
    async done() {
      ended = true;
      stopRenewing();
      await letGo(current);
    },
  };
}

/** Signs of life; a watchdog that answers none is as good as dead, and ended, so that another takes its place. */
function renew(child: ChildProcess, leaseMs: Ms): NodeJS.Timeout {
  const answers = makeLease(leaseMs, performance.now());
  child.on("message", () => answers.renew(performance.now()));
  const timer = setInterval(() => {
    say(child, { type: "alive" });
    if (answers.isOver(performance.now())) child.kill("SIGKILL");
  }, leaseMs / looksPerLease);
  return timer.unref();
}

/**
 * In a session of its own, with no stream of ours: it must outlive us, our terminal and whoever reads what we print.
 */
async function start(order: WatchdogOrder): Promise<ChildProcess> {
  const log = await open(join(order.runDir, logName), "a", 0o600);
  try {
    const child = fork(compiledEntry(import.meta.url, "run/watchdog/main.js"), [JSON.stringify(order)], {
      cwd: "/",
      detached: true,
      env: environment(),
      execArgv: [],
      stdio: ["ignore", log.fd, log.fd, "ipc"],
    });
    await firstSign(child);
    child.on("error", () => undefined);
    // It must not keep us from ending.
    child.unref();
    child.channel?.unref();
    return child;
  } finally {
    await log.close();
  }
}

/** What it needs to find the same folders as we do, and nothing else. */
function environment(): Record<string, string> {
  const kept = ["PATH", "HOME", "TMPDIR"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  // Absolute: it stands in another folder than we do.
  return { ...Object.fromEntries(kept), REBOUND_STATE_DIR: stateDir() };
}

async function firstSign(child: ChildProcess): Promise<void> {
  try {
    await firstAnswer(child, { take: () => true, limitMs: startTimeoutMs });
  } catch (cause) {
    await endNow(child);
    throw new HarnessError("environment", `the watchdog did not start: ${messageOf(cause)}`, {
      cause,
      hint: `see ${logName} in the run's folder; \`npm run build\` makes the compiled entry, if that is what is missing`,
    });
  }
}

/**
 * By force, and waits until it is gone: nobody begins beside it. One that could not be started at all has nothing to
 * end.
 */
async function endNow(child: ChildProcess): Promise<void> {
  if (isGone(child)) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

async function letGo(child: ChildProcess): Promise<void> {
  if (isGone(child)) return;
  const exited = once(child, "exit");
  say(child, { type: "done" });
  const timer = setTimeout(() => child.kill("SIGKILL"), endTimeoutMs);
  await exited;
  clearTimeout(timer);
}

function say(child: ChildProcess, message: ToWatchdog): void {
  // A lost one shows in its `exit` event.
  if (child.connected) child.send(message, () => undefined);
}

/** Throws HarnessError "bad-input" unless REBOUND_LEASE_MS is absent or a number of at least 200. */
function leaseFromEnvironment(): Ms {
  const text = process.env["REBOUND_LEASE_MS"] ?? "";
  const lease = text === "" ? defaultLeaseMs : Number(text);
  if (Number.isFinite(lease) && lease >= 200) return lease;
  throw new HarnessError("bad-input", `REBOUND_LEASE_MS is ${JSON.stringify(text)}; expected at least 200 (ms)`);
}
