// Can this machine run Rebound? Each check says what it saw and what to do about it.

import { access, constants, mkdtemp, open, rm, stat, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { dirname, join, resolve } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { loopbackHost } from "../core/addresses.ts";
import { messageOf } from "../core/errors.ts";
import type { ReadinessCheck } from "../core/platform.ts";
import { isAbsent } from "../lib/fs.ts";
import { measureInstrument } from "./compose/instrument.ts";
import { instrumentText } from "../report/environment-text.ts";
import { platforms } from "../platforms/index.ts";
import { stateDir } from "../store/active-runs.ts";
import { packageRoot } from "../store/package.ts";

const leastFreeBytes = 500e6;
const leastFiles = 1_000;

/** Undo logs and names of runs take a few kB. */
const leastStateBytes = 20e6;
/** A smoke run's folder takes up to 60 MB. */
const leastReportBytes = 200e6;

/** Each of them; `out`: where runs would leave their folders. */
export const checksFor = (out: string): readonly ReadinessCheck[] => [
  { name: "Node.js", needed: true, advice: "install Node.js 20.19 or later", look: nodeVersion },
  { name: "compiled program", needed: true, advice: "run `npm run build`", look: compiled },
  { name: "loopback", needed: true, advice: `allow listening on ${loopbackHost}`, look: loopback },
  { name: "temporary folder", needed: true, advice: `free space in ${tmpdir()} or set TMPDIR`, look: temporaryFolder },
  {
    name: "state folder",
    needed: true,
    advice:
      "free space there, or set REBOUND_STATE_DIR to a folder you may write: what must be taken back is noted there",
    look: () => roomIn(stateDir(), leastStateBytes),
  },
  {
    name: "reports folder",
    needed: true,
    advice:
      "free space there, or give `rebound run` another folder with --out: nothing is injected that cannot be recorded",
    look: () => roomIn(resolve(out), leastReportBytes),
  },
  ...platforms.flatMap(({ checks }) => checks),
  {
    name: "cores and memory",
    needed: false,
    advice: "two cores and 2 GB are the least that the bundled stack is tuned for",
    look: size,
  },
  {
    name: "instrument",
    needed: false,
    advice: "what is claimed beyond this is invalid: ask for a smaller load, or free the machine",
    look: instrument,
  },
  {
    name: "timer",
    needed: false,
    advice: "the machine is busy: expect wider intervals or inconclusive trials",
    look: timer,
  },
];

/** Tells what each check found, line by line; false when something needed is missing. */
export async function tellReadiness(out: string, say: (line: string) => void): Promise<boolean> {
  let ready = true;
  for (const check of checksFor(out)) {
    try {
      say(`ok       ${check.name}: ${await check.look()}`);
    } catch (thrown) {
      if (check.needed) ready = false;
      say(`${check.needed ? "MISSING" : "warning"}  ${check.name}: ${messageOf(thrown)} — ${check.advice}`);
    }
  }
  say(ready ? "This machine can run Rebound." : "This machine is not ready.");
  return ready;
}

async function instrument(): Promise<string> {
  const found = await measureInstrument(0);
  if (!found.ok || found.ceilingPerSecond === 0) throw new Error(instrumentText(found));
  return instrumentText(found);
}

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
    server.listen(0, loopbackHost, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
  return `${loopbackHost} can be listened on`;
}

async function temporaryFolder(): Promise<string> {
  return roomIn(tmpdir(), leastFreeBytes);
}

/** Writes to the folder, or to where it would be made, through to the disk; throws what is wrong. Leaves nothing. */
async function roomIn(folder: string, leastBytes: number): Promise<string> {
  const there = await nearestFolder(folder);
  const dir = await mkdtemp(join(there, ".rebound-doctor-"));
  try {
    const file = await open(join(dir, "probe"), "w");
    try {
      await file.writeFile(new Uint8Array(4096));
      await file.sync();
    } finally {
      await file.close();
    }
    const { bavail, bsize, files, ffree } = await statfs(dir);
    const free = bavail * bsize;
    if (free < leastBytes) throw new Error(`only ${megabytes(free)} free in ${there}, needs ${megabytes(leastBytes)}`);
    // Some file systems count none.
    if (files > 0 && ffree < leastFiles) throw new Error(`only ${ffree} more files can be made in ${there}`);
    return `${megabytes(free)} free in ${there}${there === folder ? "" : ` (${folder} will be made)`}`;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function megabytes(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** The folder itself, or the nearest one above it that is there. */
async function nearestFolder(path: string): Promise<string> {
  const found = await stat(path).catch((thrown: unknown) => {
    if (isAbsent(thrown) && dirname(path) !== path) return undefined;
    throw thrown;
  });
  if (found === undefined) return nearestFolder(dirname(path));
  if (!found.isDirectory()) throw new Error(`${path} is not a folder`);
  return path;
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
