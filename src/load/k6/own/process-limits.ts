// Watches how much memory a process has: k6 has no limit of its own.

import { readFileSync } from "node:fs";
import type { Ms } from "../../../core/units.ts";

const everyMs: Ms = 250;
export const mostMemoryMiB = 2_048;

/** Calls `onTooMuch` once it has more; ends when the process does, or when it is told to. */
export function watchMemory(pid: number, onTooMuch: () => void): () => void {
  const timer = setInterval(() => {
    if (residentMiB(pid) <= mostMemoryMiB) return;
    clearInterval(timer);
    onTooMuch();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** 0 where it is not there any more. */
function residentMiB(pid: number): number {
  try {
    return Number(/^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}
