// What Linux writes about processors and processes, as numbers. Reading is synchronous: it is done in a thread of its
// own.

import { readFileSync } from "node:fs";
import type { Ms } from "../../core/units.ts";

/** One clock tick of `/proc`, ms (USER_HZ is 100 on every architecture that Node runs on, proc(5)). */
const tickMs: Ms = 10;

/** Processor time since boot, ms, of all processors together. */
export interface ProcessorTimes {
  /** Used by anybody: user, nice, system and interrupts. */
  readonly busyMs: Ms;
  readonly stolenMs: Ms;
}

/**
 * The lines of `/proc/stat` of the processors with these numbers. Guest time is within user. Null when there is none of
 * them.
 */
export function processorTimes(procStat: string, processors: readonly number[]): ProcessorTimes | null {
  let [busy, stolen, found] = [0, 0, 0];
  const wanted = new Set(processors);
  for (const [, number, rest] of procStat.matchAll(/^cpu(\d+) (.*)$/gm)) {
    if (!wanted.has(Number(number))) continue;
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (rest ?? "").split(" ").map(Number);
    busy += user + nice + system + irq + softirq;
    stolen += steal;
    found += 1;
  }
  return found === 0 ? null : { busyMs: busy * tickMs, stolenMs: stolen * tickMs };
}

/** `0-3,8` as numbers. */
export function listOf(ranges: string): number[] {
  return (ranges.match(/\d+(-\d+)?/g) ?? []).flatMap((range) => {
    const [from, to = from] = range.split("-").map(Number);
    if (from === undefined || to === undefined || !(from <= to)) return [];
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

/** What of `/proc/PID/stat` is asked here. */
export interface ProcessFigures {
  readonly parent: number;
  readonly session: number;
  /** Start in ticks since boot: with the pid it names the process. */
  readonly start: string;
  /** Of all its threads, ended ones too, ms. */
  readonly cpuMs: Ms;
  /** Of its children that ended and were waited for, and of theirs, ms. */
  readonly childrenMs: Ms;
  /** It runs only when nobody else wants to (SCHED_IDLE, sched(7)). */
  readonly idlePolicy: boolean;
}

/** Of a line of proc(5) `stat`; null for anything else. */
export function processFigures(stat: string): ProcessFigures | null {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const number = (index: number): number => Number(fields[index] ?? Number.NaN);
  const start = fields[19];
  if (start === undefined || Number.isNaN(number(14))) return null;
  return {
    parent: number(1),
    session: number(3),
    start,
    cpuMs: (number(11) + number(12)) * tickMs,
    childrenMs: (number(13) + number(14)) * tickMs,
    idlePolicy: number(38) === 5,
  };
}

/**
 * How long a thread waited, ready to run, since it began, ms (`schedstat`, Documentation/scheduler/sched-stats); null
 * when not told.
 */
export function waitedMs(schedstat: string): Ms | null {
  const found = /^(\d+) (\d+) (\d+)/.exec(schedstat);
  return found === null ? null : Number(found[2]) / 1e6;
}

/** Time since boot that `some` stood still, ms, of a file of `/proc/pressure`; null when not told. */
export function stalledMs(pressure: string): Ms | null {
  const found = /^some .*total=(\d+)$/m.exec(pressure);
  return found === null ? null : Number(found[1]) / 1000;
}

/** Empty when it is gone or not ours to read. */
export function readNow(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

/**
 * Program and script of the text of `/proc/PID/cmdline`: `node vector/main.js`. Options and whatever may hold a secret
 * (`key=…`, `user:…@…`) are left out. Empty when there is none yet.
 */
export function programOf(cmdline: string): string {
  const [program, ...rest] = cmdline.split("\0").filter((word) => word !== "");
  if (program === undefined) return "";
  const script = rest.find((word) => /^[^-=:@][^=:@]*$/.test(word));
  const words = [lastParts(program, 1), ...(script === undefined ? [] : [lastParts(script, 2)])];
  return words.join(" ").slice(0, 60);
}

function lastParts(path: string, count: number): string {
  return path.split("/").slice(-count).join("/");
}
