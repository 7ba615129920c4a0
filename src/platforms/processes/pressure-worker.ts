// The thread that looks at processors and processes a few times a second, so that the conductor's own loop is not kept
// from its work.

import { setTimeout as delay } from "node:timers/promises";
import { parentPort } from "node:worker_threads";
import { messageOf } from "../../core/errors.ts";
import type { Calibration, PressureLook } from "../../records/pressure.ts";
import type { Ms } from "../../core/units.ts";
import { readNow, waitedMs } from "./processor-figures.ts";
import { watchProcessorUse, type ProcessorLooks } from "./processor-looks.ts";
import type { ProcessTree } from "./process-trees.ts";

/** What the thread is told. */
export type PressureOrder =
  | { readonly do: "calibrate"; readonly forMs: Ms }
  | { readonly do: "add"; readonly key: string; readonly tree: ProcessTree }
  | { readonly do: "drop"; readonly key: string };

/** What it answers; instants on the machine's monotonic clock, ns. */
export type PressureAnswer =
  | { readonly kind: "calibrated"; readonly calibration: Calibration }
  | {
      readonly kind: "looked";
      readonly fromNs: bigint;
      readonly atNs: bigint;
      readonly looks: readonly (readonly [string, PressureLook])[];
    };

/**
 * Time between looks, ms; it rests at least so many times the processor time that a look took: 2 % of a processor at
 * most.
 */
const lookEveryMs: Ms = 250;
const restTimes = 50;
/** A thread like most of a stack's: it works a little, and often. */
const workMs: Ms = 1;
const sleepMs: Ms = 2;
const calibrationTree: ProcessTree = { leader: -1, marker: "calibration", folder: "/proc/nowhere" };

const port = parentPort;
const watched = new Set<string>();
let looks: ProcessorLooks | undefined;
let looking = false;

port?.on("message", (order: PressureOrder) => {
  if (order.do === "calibrate") answer({ kind: "calibrated", calibration: calibrate(order.forMs) });
  else if (order.do === "drop") drop(order.key);
  else {
    watched.add(order.key);
    looks ??= watchProcessorUse(process.pid);
    looks.add(order.key, order.tree);
    if (!looking) void look(looks);
  }
});

function answer(message: PressureAnswer): void {
  port?.postMessage(message);
}

function drop(key: string): void {
  watched.delete(key);
  looks?.drop(key);
}

/** Looks until nobody is watched. */
async function look(all: ProcessorLooks): Promise<void> {
  looking = true;
  let fromNs = process.hrtime.bigint();
  while (watched.size > 0) {
    const before = ranNow();
    const found = all.look();
    const atNs = process.hrtime.bigint();
    if (found.size > 0) answer({ kind: "looked", fromNs, atNs, looks: [...found] });
    fromNs = atNs;
    await delay(Math.max(lookEveryMs, restTimes * (ranNow() - before)));
  }
  looking = false;
}

/** Works and sleeps in turn for so long, and tells how long it was ready and waited meanwhile. */
function calibrate(forMs: Ms): Calibration {
  try {
    const before = waitedNow();
    const all = watchProcessorUse(process.pid);
    all.add("calibration", calibrationTree);
    all.look();
    const began = performance.now();
    const cell = new Int32Array(new SharedArrayBuffer(4));
    while (performance.now() - began < forMs) {
      const until = performance.now() + workMs;
      while (performance.now() < until);
      Atomics.wait(cell, 0, 0, sleepMs);
    }
    const took = performance.now() - began;
    const seen = all.look().get("calibration");
    if (seen?.ok !== true) return { ok: false, reason: "the processors could not be looked at" };
    const waitShare = Math.min(1, (waitedNow() - before) / took);
    return { ok: true, forMs: took, waitShare, othersCores: seen.othersMs / took, stolenCores: seen.stolenMs / took };
  } catch (thrown) {
    return { ok: false, reason: messageOf(thrown) };
  }
}

/** Processor time of this thread, ms. */
function ranNow(): Ms {
  return Number.parseInt(readNow("/proc/thread-self/schedstat"), 10) / 1e6 || 0;
}

function waitedNow(): Ms {
  const schedstat = readNow("/proc/thread-self/schedstat");
  const waited = waitedMs(schedstat);
  // Where the kernel does not count, the file is missing or all of it is 0 (this thread has run, to be sure).
  if (waited === null || schedstat.startsWith("0 ")) {
    throw new RangeError("this kernel does not tell how long processes wait for a processor (/proc/PID/schedstat)");
  }
  return waited;
}
