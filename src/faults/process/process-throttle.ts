// process.throttle: one replica's process gets a share of the time alone: it is stopped and let go on in turn (SIGSTOP,
// SIGCONT). It holds that one process: started anew, the replica runs as it likes. A quota of the system (a cgroup's
// cpu.max) does the same more evenly, outlives the process, and needs root.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import type { ShareReached } from "../../core/controls.ts";
import type { Ms } from "../../core/units.ts";
import { fault } from "../fault.ts";
import { goOn } from "../parts/go-on.ts";
import { durationWithin } from "../parts/params.ts";
import { isReached, percent, shareWords } from "../parts/share-reached.ts";
import { seenWithin } from "../parts/seen-within.ts";
import { startIfDown } from "../parts/start-again.ts";

/** The share is measured for at least so long before it is called reached, and until it is for at most so long, ms. */
const [leastMs, mostMs]: readonly [Ms, Ms] = [1_000, 6_000];
/** Periods of the least time: one alone says little. */
const leastPeriods = 2;
/** A stop is taken at once where there is a processor, ms. */
const takesWithinMs: Ms = 1_000;

export const processThrottle = fault({
  name: "process.throttle",
  about: "Lets the process of one replica run for a share of each period only, by SIGSTOP and SIGCONT.",
  acts: "replica",
  wayBack: "lets the process go on, and starts a replica that is down",
  needs: ["process", "shares"],
  wants: ["replica"],
  params: z.strictObject({
    share: z.number().min(0.05).max(0.95).describe("Share of the time in which it may run: 0.05 to 0.95."),
    period: durationWithin("200ms", "2s")
      .prefault("400ms")
      .describe("Length of a period: 200ms to 2s, 400ms when absent; in shorter ones timers come too late."),
  }),
  example: { share: 0.2, period: "400ms" },
  dose: { param: "share", unit: "share", mildest: 0.95, harshest: 0.05, scale: "linear" },

  async prepare(_params, { replica, controls: { process } }): Promise<{ readonly instance: string }> {
    const instance = await process.find();
    if (instance !== undefined) return { instance };
    throw new HarnessError("environment", `${replica} has no living process to slow down`);
  },

  async apply({ share, period }, { instance }, { replica, controls, harmBegins }, signal): Promise<ShareReached> {
    if (!(await controls.process.isAlive(instance))) {
      throw new HarnessError("environment", `${instance} of ${replica} was gone before we slowed it down`);
    }
    signal.throwIfAborted();
    harmBegins?.();
    const isShort = (reached: ShareReached): boolean =>
      reached.wallMs < Math.max(leastMs, leastPeriods * period) ||
      (!isReached(share, reached) && reached.wallMs < mostMs);
    return controls.shares.keep(instance, { share, periodMs: period, goesOn: isShort }, signal);
  },

  // A healer may have ended it by the time we look.
  async observe({ params: { share }, undo: { instance }, before }, { controls: { process } }, signal) {
    // A stop shows only once the process has had a processor to take it.
    const isHeld = await seenWithin(takesWithinMs, signal, async () => {
      return (await process.isStopped(instance)) || !(await process.isAlive(instance));
    });
    const expected = `${instance} let run for ${percent(share)} of the time, by the platform's count`;
    if (!isHeld) return { confirmed: false, expected, seen: "it runs, and is not stopped in turn" };
    return { confirmed: before.isGone || isReached(share, before), expected, seen: shareWords(before) };
  },

  async hold({ share, period }, { instance }, { controls: { process, shares } }, signal) {
    if (!(await process.isAlive(instance))) return undefined;
    let latest: ShareReached | undefined;
    const isKept = (reached: ShareReached): boolean => {
      latest = reached;
      return reached.wallMs < mostMs || isReached(share, reached);
    };
    const { isGone } = await shares.keep(instance, { share, periodMs: period, goesOn: isKept }, signal);
    if (latest === undefined) return undefined;
    if (isGone || signal.aborted) return shareWords({ ...latest, isGone });
    throw new HarnessError("environment", `${percent(share)} of the time could not be kept: ${shareWords(latest)}`);
  },

  async revert({ instance }, site, signal) {
    const { process } = site.controls;
    const free = await goOn([instance], process, signal);
    const { runs, seen } = await startIfDown(site, signal);
    const expected = `${instance} is not stopped, and the replica runs`;
    return { confirmed: free && runs, expected, seen: `${free ? "not stopped" : "still stopped"}${seen}` };
  },
});
