// Entry of the watchdog process: it outlives the harness that started it and takes back what that one no longer can.
// Started with fork, in a session of its own; what it says goes into watchdog.log of the run's folder.

import { setInterval } from "node:timers";
import { messageOf } from "../../core/errors.ts";
import type { ProcessRef } from "../../core/host.ts";
import { host } from "../../platforms/index.ts";
import { restoreLocked, type Abandoned } from "../restore/abandoned.ts";
import { makeLease } from "./lease.ts";
import { hurried, thorough, undoing } from "../restore/undoing.ts";
import { looksPerLease, readOrder, type ToHarness, type ToWatchdog } from "./order.ts";

/** Somebody else who restores the same run has this long, ms; then it is theirs to finish. */
const patienceMs = 60_000;
/** What could not be undone in a hurry is tried this often again, with time. */
const thoroughTries = 2;

type Ending = "done" | "vanished" | "lease over";

function log(text: string): void {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
}

function tell(message: ToHarness): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

/** Resolves once there is no more to watch, with the reason. */
function watch(leaseMs: number): Promise<Ending> {
  return new Promise((resolve) => {
    const lease = makeLease(leaseMs, performance.now());
    const look = setInterval(() => {
      if (lease.isOver(performance.now())) end("lease over");
    }, leaseMs / looksPerLease);
    const end = (ending: Ending): void => {
      clearInterval(look);
      resolve(ending);
    };
    process.on("message", (message: ToWatchdog) => {
      lease.renew(performance.now());
      if (message.type === "done") end("done");
      else tell({ type: "alive" });
    });
    process.once("disconnect", () => end("vanished"));
    tell({ type: "alive" });
    // It may have gone before we listened.
    if (!process.connected) end("vanished");
  });
}

/** A harness that hangs must not wake up while its stack is taken from under it. */
async function makeSureItIsGone(harness: ProcessRef): Promise<void> {
  if (!(await host.processes.endNow(harness))) log(`harness pid ${harness.pid} does not end; undoing all the same`);
}

function describe(result: Abandoned): string {
  if (result.state !== "restored") return `left to pid ${result.state === "busy" ? result.by.pid : result.pid}`;
  const lines = [
    ...result.report.done.map(({ what, says }) => `done     ${what}: ${says}`),
    ...result.report.remains.map(({ what, says }) => `REMAINS  ${what}: ${says}`),
  ];
  return lines.length === 0 ? "nothing was left" : lines.join("\n  ");
}

async function undo(runDir: string): Promise<void> {
  const from = performance.now();
  for (let tries = 0; tries <= thoroughTries; tries += 1) {
    const result = await restoreLocked(runDir, await undoing(tries === 0 ? hurried() : thorough(), patienceMs));
    log(`after ${Math.round(performance.now() - from)} ms:\n  ${describe(result)}`);
    if (result.state !== "restored" || result.report.remains.length === 0) return;
  }
  log("something remains; `rebound restore` tries again");
}

/** Ctrl-C, a closed terminal and a polite end are meant for the harness: whoever ends that, needs us. */
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => undefined);

if (process.send === undefined) {
  process.stderr.write("watchdog: to be started by fork, with an IPC channel\n");
  process.exitCode = 70;
} else {
  try {
    const { runDir, harness, leaseMs } = readOrder(process.argv[2]);
    log(`pid ${process.pid} watches harness pid ${harness.pid}, lease ${leaseMs} ms`);
    const ending = await watch(leaseMs);
    log(`harness: ${ending}`);
    if (ending !== "done") {
      await makeSureItIsGone(harness);
      await undo(runDir);
    }
    log("ends");
    process.exit(0);
  } catch (thrown) {
    log(`failed: ${messageOf(thrown)}; type \`rebound restore\``);
    process.exit(70);
  }
}
