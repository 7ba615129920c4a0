// rollout.crash: the service of one replica is updated to a command that ends at once, as a bad release is. The cluster
// replaces one task after the other by its update policy, and with a failure action `rollback` takes the update back.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { seenWithin } from "../parts/seen-within.ts";

/** Ends within a moment, in every image that has a shell. */
const crashing = ["sh", "-c", "exit 13"] as const;
/** A task of the new kind is placed, starts and ends, ms. */
const failedWithinMs = 20_000;
/** The update that takes it back replaces what the first one had replaced, ms. */
const backWithinMs = 20_000;

export const rolloutCrash = fault({
  name: "rollout.crash",
  about: "Updates the service of one replica to a command that ends at once, as a bad release does.",
  acts: "replica",
  changesService: true,
  wayBack: "has the service run again what it ran before, where the cluster has not taken it back itself",
  needs: ["process", "rollouts"],
  params: z.strictObject({}),
  example: {},

  async prepare(_params, { replica, controls: { rollouts } }) {
    const { runs, digest, update } = await rollouts.look();
    if (update === "updating" || update === "rollback_started") {
      throw new HarnessError("environment", `the service of ${replica} is being updated already (${update})`);
    }
    return { runs, digest };
  },

  async apply(_params, { digest }, { replica, controls: { rollouts }, harmBegins }, signal) {
    const before = await rollouts.look();
    if (before.digest !== digest) {
      throw new HarnessError("environment", `the service of ${replica} was updated by somebody else meanwhile`);
    }
    signal.throwIfAborted();
    harmBegins?.();
    await rollouts.rollOut(crashing);
    return before;
  },

  // The cluster may have taken it back by the time we look: a task that failed since is there all the same.
  async observe({ before: { failed: former } }, { controls: { rollouts } }, signal) {
    let failed: readonly string[] = [];
    const seen = await seenWithin(failedWithinMs, signal, async () => {
      failed = (await rollouts.look()).failed.filter((task) => !former.includes(task));
      return failed.length > 0;
    });
    return {
      confirmed: seen,
      expected: "a task of the new command has ended by itself, by the manager",
      seen: failed.length === 0 ? "no task has failed" : `failed: ${failed.join(", ")}`,
    };
  },

  async revert({ runs: before }, { replica, controls: { process, rollouts } }, signal) {
    const expected = `${replica} runs what it ran before`;
    if (rollouts === undefined) return { confirmed: false, expected, seen: "the platform rolls nothing out" };
    const restored = await rollouts.restore(before);
    const runs = await seenWithin(backWithinMs, signal, async () => (await process?.find()) !== undefined);
    const says = restored ? "its service was given back what it ran" : "its service runs already what it ran before";
    return { confirmed: runs, expected, seen: runs ? says : `${says}, and ${replica} does not run` };
  },
});
