// process.kill-at-work: has an operator's work on one replica begin, and ends the replica's process while that is under
// way; proved by the target, which says so where it publishes that and has not answered by then, and by the platform.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { endInstance, livingInstance, seenGone } from "../parts/end-instance.ts";
import { durationWithin } from "../parts/params.ts";
import { seenWithin } from "../parts/seen-within.ts";
import { bringBack } from "../parts/start-again.ts";

export const processKillAtWork = fault({
  name: "process.kill-at-work",
  about: "Has work on one replica begin that operators may ask for, and ends its process by SIGKILL meanwhile.",
  acts: "replica",
  wayBack: "starts the replica again by the target's control, if it has one and the replica does not run",
  needs: ["process", "work"],
  wants: ["replica"],
  params: z.strictObject({
    work: z.string().min(1).describe("The work, one of control.works in target.yaml, such as compact-index."),
    after: durationWithin("10ms", "10s")
      .prefault("200ms")
      .describe("The process is ended this long after the work was asked for, 10ms to 10s; 200ms when absent."),
  }),
  example: { work: "tidy", after: "100ms" },

  lacks({ work }, { name, control }) {
    const { workOnReplicaUrl, works = [] } = control ?? {};
    if (workOnReplicaUrl === undefined || works.includes(work)) return undefined;
    return {
      param: "work",
      found: `work "${work}"`,
      expected: `work that ${name} lets be asked for: ${works.join(", ")}`,
    };
  },

  async prepare({ work }, site) {
    const { works } = site.controls.work;
    if (works.includes(work)) return livingInstance(site);
    throw new HarnessError("environment", `${work} is none of control.works in target.yaml: ${works.join(", ")}`);
  },

  async apply({ work, after }, { instance }, site, signal) {
    const asked = site.controls.work.begin(work, signal);
    const refuse = (what: string, isDone = false): never => {
      const hint = isDone ? { hint: `ask for longer work, or give a shorter \`after\` than ${after} ms` } : {};
      throw new HarnessError("environment", `${site.replica} was not struck at ${work}: ${what}`, hint);
    };
    const refuseOutcome = (): void => {
      const outcome = asked.outcome();
      if (outcome !== undefined) refuse(outcome.says, outcome.isDone);
    };
    await seenWithin(after, signal, async () => asked.outcome() !== undefined);
    refuseOutcome();
    const said = await site.controls.work.isUnderWay(work);
    refuseOutcome();
    if (said === false) refuse(`${after} ms after it was asked for the target does not say that it is under way`);
    await endInstance(instance, "SIGKILL", site, signal);
    return said === undefined ? "it had not been answered" : "the target said that it was under way";
  },

  async observe({ params: { work }, undo: { instance }, before }, site, signal) {
    const evidence = await seenGone({ instance, how: "SIGKILL" }, site, signal);
    return { ...evidence, seen: `${evidence.seen}; of ${work} ${before} just before` };
  },

  async revert(undo, site, signal) {
    const { runs, seen } = await bringBack(undo.instance, site.controls, signal);
    return { confirmed: runs, expected: `${site.replica} runs again, by the platform`, seen };
  },
});
