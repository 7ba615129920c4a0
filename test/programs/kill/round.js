// One round of the kill test: start a run, strike at the planned instant, wait for the watchdog, restore what it could
// not, look.

import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { intentOf } from "./intent.js";
import { familyOf, isSame, processAt, residues, socketsOf, watchdogsFor } from "./traces.js";

const here = import.meta.dirname;
const bin = resolve(here, "../../../bin/rebound.js");
const workspace = join(here, "workspace");
/** A guard against hanging. */
const guardMs = 20_000;
/** The watchdog promises two seconds; a busy machine may look that much later. What it took is told in any case. */
const watchdogWithinMs = 2_000 + 3_000;
const leaseMs = 600;

/** A command of Rebound in the round's own state folder, and what it says. */
function rebound(args, env) {
  const child = spawn(process.execPath, [bin, ...args], { cwd: workspace, env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  let tell = () => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      text += chunk;
      tell();
    });
  }
  let over = false;
  const exit = new Promise((done) => {
    child.once("exit", (code, signal) => {
      over = true;
      tell();
      done({ code, signal });
    });
  });
  // Later than `exit`: all that it wrote has been read, too.
  const close = new Promise((done) => {
    child.once("close", (code) => done({ code }));
  });
  return {
    child,
    exit,
    close,
    text: () => text,
    isOver: () => over,
    /** False when it ended without saying so. */
    says: (words) =>
      new Promise((done) => {
        tell = () => (text.includes(words) || over) && done(text.includes(words));
        tell();
      }),
  };
}

function trySignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone by itself.
  }
}

/** Ms until none of the processes is there any more; undefined when the guard was needed. */
async function untilGone(processes, since) {
  while (processes().some(isSame)) {
    if (performance.now() - since > guardMs) return undefined;
    await delay(4);
  }
  return performance.now() - since;
}

/** Waits for the planned instant; false when the run had ended before it. */
async function instant({ moment, delayMs }, running) {
  if (moment.interruptAfter !== undefined) {
    if (!(await running.says(moment.interruptAfter))) return false;
    trySignal(running.child.pid, "SIGINT");
  }
  if (moment.after !== undefined && !(await running.says(moment.after))) return false;
  await Promise.race([delay(delayMs), running.exit]);
  return !running.isOver();
}

/** Strikes; tells when the harness was gone, and whether a watchdog was left that should do everything. */
async function strike({ strike: who, gapMs }, running, watchdogs) {
  const { pid } = running.child;
  const hitWatchdogs = () => {
    for (const { pid: watchdog } of watchdogs) trySignal(watchdog, "SIGKILL");
  };
  if (who === "harness hangs") {
    trySignal(pid, "SIGSTOP");
    // Before there is a watchdog nobody can end it but we; nor is there anything to undo.
    if (watchdogs.length === 0) trySignal(pid, "SIGKILL");
    // A harness that had told its watchdog that all is done goes on hanging, and holds nothing any more.
    await Promise.race([running.exit, untilGone(() => watchdogs, performance.now())]);
    await delay(50);
    if (processAt(pid) !== undefined) trySignal(pid, "SIGKILL");
  } else if (who === "watchdog, then harness") {
    hitWatchdogs();
    await delay(gapMs);
    trySignal(pid, "SIGKILL");
  } else {
    trySignal(pid, "SIGKILL");
    if (who === "both at once") hitWatchdogs();
  }
  await running.exit;
  const goneAt = performance.now();
  if (who === "harness, then watchdog") {
    await delay(gapMs);
    hitWatchdogs();
  }
  return { goneAt, alone: watchdogs.length > 0 && (who === "harness" || who === "harness hangs") };
}

function watchdogLogs(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith("watchdog.log"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("");
}

async function restored(env, expectNothing, left) {
  const restore = rebound(["restore"], env);
  const { code } = await restore.close;
  if (code !== 0) left.push(`restore exits with ${code}: ${restore.text()}`);
  if (expectNothing && restore.text() !== "Nothing to restore: no run was killed.\n")
    left.push(`restore still finds something: ${restore.text()}`);
}

/** Runs one round; `residues` is empty when nothing was left. Times in ms. */
export async function runRound(plan) {
  const folder = await mkdtemp(join(tmpdir(), "rebound-kill-"));
  const state = join(folder, "state");
  const env = { ...process.env, REBOUND_STATE_DIR: state, REBOUND_LEASE_MS: String(leaseMs), NO_COLOR: "1" };
  const intent = join(folder, "experiments/kill/round.yaml");
  mkdirSync(join(folder, "experiments/kill"), { recursive: true });
  writeFileSync(intent, intentOf(plan.fault, plan.trialSeed));
  const running = rebound(["run", intent, "--out", join(folder, "out")], env);
  const struck = await instant(plan, running);
  const before = { family: [], sockets: new Map() };
  const left = [];
  let watchdogMs;
  if (struck) {
    const watchdogs = watchdogsFor(folder);
    before.family = [...familyOf(running.child.pid), ...watchdogs];
    before.sockets = socketsOf(before.family);
    const { goneAt, alone } = await strike(plan, running, watchdogs);
    // Also one that was started in another's place just before.
    const tookMs = await untilGone(() => (alone ? watchdogs : watchdogsFor(folder)), goneAt);
    if (tookMs === undefined) left.push(`the watchdog still runs ${guardMs} ms after the harness was gone`);
    if (alone) watchdogMs = tookMs;
    if (alone && tookMs > watchdogWithinMs) left.push(`the watchdog took ${Math.round(tookMs)} ms`);
    if (alone) left.push(...(await residues({ folder, state, before })).map((what) => `after the watchdog: ${what}`));
    else await restored(env, false, left);
  } else {
    const { code } = await running.exit;
    // A run that never began would leave nothing either.
    if (code === 3 || code === 70) left.push(`the run itself failed with exit code ${code}`);
  }
  await restored(env, true, left);
  left.push(...(await residues({ folder, state, before })));
  const log = left.length === 0 ? "" : watchdogLogs(folder);
  if (left.length === 0) rmSync(folder, { recursive: true, force: true });
  return { plan, struck, watchdogMs, residues: left, said: running.text(), log, folder };
}
