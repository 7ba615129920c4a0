// process.slow-start: one replica's process is ended, and what comes up in its place gets a share of the processor for
// its first seconds: a start that takes long. What follows runs as it likes after that time.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { endInstance, livingInstance, seenGone } from "../parts/end-instance.ts";
import { goOn } from "../parts/go-on.ts";
import { nextInstance } from "../parts/next-instance.ts";
import { durationWithin } from "../parts/params.ts";
import { isReached, percent, shareWords } from "../parts/share-reached.ts";
import { bringBack } from "../parts/start-again.ts";

const leastShare = 0.05;
const mostShare = 0.95;
const shareBounds = `a share of the time from ${leastShare} to ${mostShare}`;

export const processSlowStart = fault({
  name: "process.slow-start",
  about:
    "Ends the process of one replica, and lets what starts in its place run for a share of its first seconds only.",
  acts: "replica",
  wayBack: "lets it run (each start is slow for 3s when `for` is absent, never above 1m), and starts it if it is down",
  needs: ["process", "shares"],
  wants: ["replica"],
  params: z.strictObject({
    share: z
      .number(shareBounds)
      .min(leastShare, shareBounds)
      .max(mostShare, shareBounds)
      .default(0.1)
      .describe("Share of the time in which it may run at first, 0.05 to 0.95; 0.1 when absent."),
    for: durationWithin("1s", "1m")
      .prefault("3s")
      .describe("How long each start is slow, from when it was seen, 1s to 1m; 3s when absent."),
    period: durationWithin("200ms", "500ms")
      .prefault("400ms")
      .describe("Length of a period of standing and running, 200ms to 500ms; 400ms when absent."),
  }),
  example: { share: 0.1, for: "3s" },

  prepare: async (_params, site) => livingInstance(site),

  apply: async (_params, { instance }, site, signal) => endInstance(instance, "SIGKILL", site, signal),

  // How slow the next one was is said when it is taken back.
  observe: async ({ undo: { instance } }, site, signal) => seenGone({ instance, how: "SIGKILL" }, site, signal),

  async hold({ share, for: slowMs, period: periodMs }, { instance }, { controls: { process, shares } }, signal) {
    const starts: string[] = [];
    let last = instance;
    for (;;) {
      const next = await nextInstance(last, process, signal);
      if (next === undefined) break;
      const goesOn = ({ wallMs }: { readonly wallMs: number }): boolean => wallMs < slowMs;
      const reached = await shares.keep(next, { share, periodMs, goesOn }, signal);
      if (reached.wallMs > 0) starts.push(shareWords(reached));
      if (signal.aborted) break;
      if (!reached.isGone && !isReached(share, reached)) {
        const words = `${percent(share)} of the time could not be kept: ${shareWords(reached)}`;
        throw new HarnessError("environment", words);
      }
      if (!(await goOn([next], process, signal))) {
        throw new HarnessError("environment", `${next} stays stopped although it was let go on`);
      }
      last = next;
    }
    return starts.length === 0 ? "nothing was started" : `slow starts: ${starts.join("; ")}`;
  },

  // What was started in its place is not in the undo, and may stand still where we were ended in a period.
  async revert({ instance }, { replica, controls }, signal) {
    const { process } = controls;
    const now = await process?.find().catch(() => undefined);
    const free = await goOn(now === undefined || now === instance ? [instance] : [instance, now], process, signal);
    const { runs, seen } = await bringBack(instance, controls, signal);
    const expected = `what runs as ${replica} is not stopped, and it runs, by the platform`;
    return { confirmed: free && runs, expected, seen: `${free ? "not stopped" : "still stopped"}; ${seen}` };
  },
});
