// Lets one process run for a share of the time: SIGSTOP and SIGCONT in turn, on a timetable of its own. What a run was
// too long or too short by is made up for in the next one, so that the share is kept although timers come late.

import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { ShareControl, ShareReached } from "../../core/controls.ts";
import { HarnessError } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import { processOf } from "./instance.ts";
import { isOver, parseStat, type ProcessStat } from "./process-stat.ts";
import { belongsTo, isRunning, type Instance } from "./process-table.ts";

/** Shorter runs are left out, and made up for later: timers of Node are no finer, ms. */
const leastRunMs: Ms = 1;
/** The unit of times in /proc/<pid>/stat, USER_HZ, is 100 a second on every Linux. */
const tickMs: Ms = 10;

/** Only for processes of the stack. */
export function shareControl(stack: Instance): ShareControl {
  return {
    async keep(instance, how, signal) {
      const { pid, startTime } = processOf(instance);
      // The mark of one that ends meanwhile cannot be read; nothing is sent to it then.
      if (!(await belongsTo(pid, stack)) && (await isRunning({ pid, startTime }))) {
        throw new HarnessError(
          "environment",
          `refusing to slow pid ${pid} down: it is not part of the stack under test`,
        );
      }
      return inTurn(pid, startTime, how, signal);
    },
  };
}

/** One turn is a period: it stands first, and runs at its end. Ends stopped, unless the signal has ended it. */
async function inTurn(
  pid: number,
  startTime: string,
  { share, periodMs, goesOn }: Parameters<ShareControl["keep"]>[1],
  signal: AbortSignal,
): Promise<ShareReached> {
  const began = performance.now();
  const usedBefore = statOf(pid, startTime)?.usedTicks ?? 0;
  let reached: ShareReached = { wallMs: 0, ranMs: 0, usedMs: 0, processors: availableParallelism(), isGone: false };
  let [from, ran, end] = [began, 0, began];
  let isGone = !sent(pid, startTime, "SIGSTOP");
  while (!isGone && !signal.aborted) {
    end += periodMs;
    const run = Math.min(periodMs, share * (end - from) - ran);
    if (run >= leastRunMs) {
      if (!(await until(end - run, signal))) break;
      const wentOn = performance.now();
      isGone = !sent(pid, startTime, "SIGCONT");
      if (!(await until(end, signal))) break;
      isGone = !sent(pid, startTime, "SIGSTOP") || isGone;
      const ranNow = performance.now() - wentOn;
      ran += ranNow;
      reached = { ...reached, ranMs: reached.ranMs + ranNow };
    } else if (!(await until(end, signal))) break;
    const now = performance.now();
    const used = statOf(pid, startTime)?.usedTicks;
    const usedMs = used === undefined ? reached.usedMs : (used - usedBefore) * tickMs;
    reached = { ...reached, wallMs: now - began, usedMs, isGone };
    if (!goesOn(reached)) break;
    // After a period that was missed altogether, what it ran too much is still made up for, and what too little is not.
    if (now <= end + periodMs) continue;
    if (ran < share * (now - from)) [from, ran] = [now, 0];
    end = now;
  }
  return { ...reached, isGone };
}

/** False when it is gone. The look right before the signal waits for nobody, so that no run grows by it. */
function sent(pid: number, startTime: string, signal: NodeJS.Signals): boolean {
  if (statOf(pid, startTime) === undefined) return false;
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Undefined when that very process is gone. A boot's id, the second part of a start time, stays as it is. */
function statOf(pid: number, startTime: string): ProcessStat | undefined {
  try {
    const stat = parseStat(readFileSync(`/proc/${pid}/stat`, "latin1"));
    if (stat === undefined || isOver(stat)) return undefined;
    return stat.startTicks === startTime.split("@")[0] ? stat : undefined;
  } catch {
    return undefined;
  }
}

/** False when the signal ended it. */
async function until(at: Ms, signal: AbortSignal): Promise<boolean> {
  return delay(Math.max(0, at - performance.now()), true, { signal }).catch(() => false);
}
