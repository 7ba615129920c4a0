// process.kill-maker: ends the process that makes something anew for one replica, such as its index, and leaves the
// replica's own alone; proved by the platform, and by the target where the work was asked for here.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import type { WorkControl } from "../../core/controls.ts";
import { fault } from "../fault.ts";
import { endInstance, livingInstance, seenGone } from "../parts/end-instance.ts";
import { durationWithin } from "../parts/params.ts";
import { seenWithin } from "../parts/seen-within.ts";
import { startIfDown } from "../parts/start-again.ts";

/** A target hears of the end of a process of its own at once; it may load anew what is there before it answers, ms. */
const answeredWithinMs = 5_000;

export const processKillMaker = fault({
  name: "process.kill-maker",
  about: "Ends the process that makes something anew for one replica by SIGKILL: the replica itself is not struck.",
  acts: "replica",
  wayBack: "starts the replica again by the target's control, if it has one and the replica does not run",
  needs: ["process", "work"],
  wants: ["replica"],
  params: z.strictObject({
    work: z
      .string()
      .min(1)
      .optional()
      .describe("Work of control.works that is asked for first; absent: somebody else has had it begun."),
    within: durationWithin("100ms", "12s")
      .prefault("5s")
      .describe("A maker must be seen this long after, 100ms to 12s; 5s when absent."),
    after: durationWithin("0ms", "2s")
      .prefault("100ms")
      .describe("It is ended this long after it was seen, 0ms to 2s; 100ms when absent."),
  }),
  example: { work: "make" },
  // Users feel nothing of it where what the replica has is whole.
  mayBeBenign: true,

  lacks({ work }, { name, control }) {
    const { workOnReplicaUrl, works = [] } = control ?? {};
    if (work === undefined || workOnReplicaUrl === undefined || works.includes(work)) return undefined;
    const expected = `work that ${name} lets be asked for: ${works.join(", ")}`;
    return { param: "work", found: `work "${work}"`, expected };
  },

  async prepare({ work }, site) {
    const { works } = site.controls.work;
    if (work !== undefined && !works.includes(work)) {
      throw new HarnessError("environment", `${work} is none of control.works in target.yaml: ${works.join(", ")}`);
    }
    if ((await site.controls.work.makers()) === undefined) {
      throw new HarnessError("environment", `the target publishes no makers at ${site.replica}`);
    }
    return livingInstance(site);
  },

  async apply({ work, within, after }, _undo, site, signal) {
    const asked = work === undefined ? undefined : site.controls.work.begin(work, signal);
    const over = (): string | undefined => asked?.outcome()?.says;
    const maker = await firstMaker(site.controls.work, within, signal, over);
    if (maker === undefined) {
      const says = over() ?? `within ${within} ms nothing was made anew for it`;
      throw new HarnessError("environment", `no maker of ${site.replica} was struck: ${says}`);
    }
    await seenWithin(after, signal, async () => !(await site.controls.process.isAlive(maker)));
    await endInstance(maker, "SIGKILL", site, signal);
    return { maker, asked };
  },

  async observe({ params: { work = "what it made" }, before: { maker, asked } }, site, signal) {
    const evidence = await seenGone({ instance: maker, how: "SIGKILL" }, site, signal);
    if (asked === undefined) return evidence;
    await seenWithin(answeredWithinMs, signal, async () => asked.outcome() !== undefined);
    const outcome = asked.outcome() ?? { says: `no answer within ${answeredWithinMs} ms`, isDone: true };
    return {
      confirmed: evidence.confirmed && !outcome.isDone,
      expected: `${evidence.expected}, and ${work} not done, by the target`,
      seen: `${evidence.seen}; of ${work} ${outcome.says}`,
    };
  },

  async revert(_undo, site, signal) {
    const { runs, seen } = await startIfDown(site, signal);
    const says = "what was begun is not begun again";
    return { confirmed: runs, expected: `${site.replica} runs, by the platform`, seen: `${says}${seen}` };
  },
});

/** Undefined: none was there in time, or the work was answered before. */
async function firstMaker(
  { makers }: Pick<WorkControl, "makers">,
  withinMs: number,
  signal: AbortSignal,
  over: () => string | undefined,
): Promise<string | undefined> {
  let first: string | undefined;
  await seenWithin(withinMs, signal, async () => {
    [first] = (await makers()) ?? [];
    return first !== undefined || over() !== undefined;
  });
  return first;
}
