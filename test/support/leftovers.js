// Fails when a process that a test started is still there: one of ours by its command line, or by the marker in its
// environment. An engine of the tests whose program was killed is ended here, and counts too.

import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { environmentOf, stageOf, statOf } from "../../dist/src/platforms/processes/process-stat.js";

const root = resolve(import.meta.dirname, "../..");
const engineProgram = join(root, "test/support/private-engine.mjs");
const swarmProgram = join(root, "test/support/private-swarm.mjs");
/** What was killed last gets so long to be gone, ms. */
const endingMs = 10_000;

async function looksLeft(pid) {
  // Over: it only waits for its parent to ask for its exit code.
  if ((await statOf(pid)) === undefined) return undefined;
  let command = "";
  try {
    command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    // Gone meanwhile, or not ours to read.
  }
  const marked = (await environmentOf(pid)).some((entry) => entry.startsWith("STACK_INSTANCE="));
  const ours = [`${root}/dist/`, engineProgram, swarmProgram].some((path) => command.includes(path));
  return marked || ours ? `${pid} ${command}` : undefined;
}

async function look() {
  const pids = readdirSync("/proc").filter(
    (name) => /^\d+$/.test(name) && ![process.pid, process.ppid].includes(Number(name)),
  );
  const found = await Promise.all(
    pids.map(async (name) => ({ pid: Number(name), line: await looksLeft(Number(name)) })),
  );
  return found.filter(({ line }) => line !== undefined);
}

const { stdout, stderr } = await promisify(execFile)(process.execPath, [engineProgram, "sweep"]);
process.stderr.write(stderr);
const engines = stdout.split("\n").filter((folder) => folder !== "");

const until = performance.now() + endingMs;
let left = await look();
while (performance.now() < until && (await Promise.all(left.map(({ pid }) => stageOf(pid)))).includes("ending")) {
  await delay(50);
  left = await look();
}
for (const folder of engines) process.stdout.write(`left behind, and ended now: the engine in ${folder}\n`);
for (const { line } of left) process.stdout.write(`left behind: ${line}\n`);
process.exitCode = left.length + engines.length === 0 ? 0 : 1;
