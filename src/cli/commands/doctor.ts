// `rebound doctor`: can this machine run Rebound? Each check says what it saw and what to do about it.

import { access, constants, mkdtemp, rm, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { messageOf } from "../../core/errors.ts";
import { exitCodes } from "../exit.ts";
import { packageRoot } from "../version.ts";

interface Check {
  readonly name: string;
  /** Resolves to what was seen, throws what is wrong; `needed: false` only warns. */
  readonly look: () => Promise<string>;
  readonly needed: boolean;
  readonly advice: string;
}

const leastFreeBytes = 500e6;

const checks: readonly Check[] = [
  { name: "Node.js", needed: true, advice: "install Node.js 20.19 or later", look: nodeVersion },
  { name: "compiled program", needed: true, advice: "run `npm run build`", look: compiled },
  { name: "loopback", needed: true, advice: "allow listening on 127.0.0.1", look: loopback },
  { name: "temporary folder", needed: true, advice: `free space in ${tmpdir()} or set TMPDIR`, look: temporaryFolder },
  {
    name: "process table",
    needed: false,
    advice: "without /proc, `restore` finds processes by `ps`",
    look: processTable,
  },
  {
    name: "cores and memory",
    needed: false,
    advice: "two cores and 2 GB are the least that the bundled stack is tuned for",
    look: size,
  },
  {
    name: "timer",
    needed: false,
    advice: "the machine is busy: expect wider intervals or inconclusive trials",
    look: timer,
  },
];

async function nodeVersion(): Promise<string> {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) throw new Error(`found ${process.versions.node}`);
  return process.versions.node;
}

async function compiled(): Promise<string> {
  const file = join(packageRoot(), "dist/src/cli/main.js");
  await access(file, constants.R_OK);
  return file;
}

async function loopback(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  await new Promise((resolve) => server.close(resolve));
  return "127.0.0.1 can be listened on";
}

async function temporaryFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "rebound-doctor-"));
  try {
    const { bavail, bsize } = await statfs(dir);
    const free = bavail * bsize;
    if (free < leastFreeBytes) throw new Error(`only ${Math.round(free / 1e6)} MB free`);
    return `${Math.round(free / 1e9)} GB free in ${tmpdir()}`;
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function processTable(): Promise<string> {
  await access("/proc/self/environ", constants.R_OK);
  return "/proc is readable";
}

async function size(): Promise<string> {
  const cores = availableParallelism();
  const gigabytes = totalmem() / 1e9;
  const seen = `${cores} cores, ${gigabytes.toFixed(1)} GB`;
  if (cores < 2 || gigabytes < 2) throw new Error(`found ${seen}`);
  return seen;
}

async function timer(): Promise<string> {
  const histogram = monitorEventLoopDelay({ resolution: 5 });
  histogram.enable();
  await delay(1000);
  histogram.disable();
  const worst = histogram.max / 1e6;
  if (worst > 50) throw new Error(`a 5 ms timer took ${worst.toFixed(0)} ms`);
  return `a 5 ms timer took ${worst.toFixed(1)} ms at worst in one second`;
}

/** Runs every check; exit code 0, or 4 when something needed is missing. */
export async function doctor(): Promise<number> {
  let ready = true;
  for (const check of checks) {
    try {
      process.stdout.write(`ok       ${check.name}: ${await check.look()}\n`);
    } catch (thrown) {
      if (check.needed) ready = false;
      process.stdout.write(
        `${check.needed ? "MISSING" : "warning"}  ${check.name}: ${messageOf(thrown)} — ${check.advice}\n`,
      );
    }
  }
  process.stdout.write(ready ? "This machine can run Rebound.\n" : "This machine is not ready.\n");
  return ready ? exitCodes.pass : exitCodes.environment;
}
