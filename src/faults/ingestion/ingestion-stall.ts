// ingestion.stall: a producer puts a hold on its source, brings batches behind it, and dies: nothing is taken from
// there any more, and nothing fails. Proved by batches that nobody has taken when they should have been published.

import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { recordOf } from "../../core/deliveries.ts";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { callBack, freshBatches, inventedText, observeUntaken } from "../parts/bring-batch.ts";

const kind = "ingestion.stall";
/** How often a producer that lives renews its hold, ms: targets take one for dead after a few seconds. */
const renewEveryMs = 500;

export const ingestionStall = fault({
  name: kind,
  about: "Brings batches behind a hold on their source whose producer is gone: nothing is taken, and nothing fails.",
  acts: "replica",
  wayBack: "calls the batches back and lets go of the source, as their producer would",
  needs: ["deliveries"],
  mayBeBenign: true,
  params: z.strictObject({
    batches: z.int().min(1).max(20).default(2).describe("Batches of three documents: 1 to 20, 2 when absent."),
    renewed: z
      .boolean()
      .default(false)
      .describe("Whether the producer lives, and renews its hold as long as the fault lasts; false when absent."),
  }),
  example: { batches: 2 },

  lacks(_params, { name, deliveries }) {
    const missing = (["hold", "fresh"] as const).filter(
      (key) => deliveries !== undefined && deliveries[key] === undefined,
    );
    if (missing.length === 0) return undefined;
    const keys = missing.map((key) => `deliveries.${key}`).join(" and ");
    return { found: `${kind} where ${name} has no ${keys}`, expected: `a target whose target.yaml has ${keys}` };
  },

  async prepare({ batches }, site) {
    const { deliveries } = site.controls;
    const { hold, fresh } = deliveries.spec;
    if (hold === undefined || fresh === undefined) {
      throw new HarnessError("environment", `${kind} needs deliveries.hold and deliveries.fresh in target.yaml`);
    }
    if (await deliveries.isHeld()) throw new HarnessError("environment", `somebody holds the source already: ${hold}`);
    // By it our hold is told from one of a producer of the target's own.
    const by = randomUUID();
    return { batches: [...(await freshBatches(kind, site, batches))], withinMs: fresh.withinMs, by };
  },

  async apply({ renewed }, { batches, withinMs, by }, site, signal) {
    const { deliveries } = site.controls;
    signal.throwIfAborted();
    site.harmBegins?.();
    if (!(await deliveries.hold(by))) throw new HarnessError("environment", "somebody holds the source by now");
    for (const [n, batch] of batches.entries()) {
      const lines = [0, 1, 2].map((k) =>
        recordOf(deliveries.spec, { id: `${batch}-${k}`, text: inventedText(site.seed, 3 * n + k), version: 1 }),
      );
      signal.throwIfAborted();
      await deliveries.deliver(batch, lines);
    }
    // Sooner nobody can say that they should have been published.
    for (let waitedMs = 0; waitedMs < withinMs; waitedMs += renewEveryMs) {
      await delay(Math.min(renewEveryMs, withinMs - waitedMs), undefined, { signal });
      if (renewed) await deliveries.renew(by);
    }
  },

  observe: async ({ undo: { batches } }, { controls }, signal) => observeUntaken(controls.deliveries, batches, signal),

  async hold({ renewed }, { by }, { controls: { deliveries } }, signal) {
    if (!renewed) return undefined;
    let times = 0;
    const ended = (): boolean => signal.aborted;
    while (!ended() && (await deliveries.renew(by))) {
      times += 1;
      await delay(renewEveryMs, undefined, { signal }).catch(() => undefined);
    }
    return `the hold was renewed ${times} times${ended() ? "" : ", and then was ours no more"}`;
  },

  async revert({ batches, by }, { controls: { deliveries } }, signal) {
    // First what lies behind it: what is let go of is taken at once.
    const back = await callBack(deliveries, batches, signal);
    await deliveries?.release(by);
    const isHeld = (await deliveries?.isHeld(by)) ?? false;
    const seen = `${back.seen}; the source is ${isHeld ? "still held by us" : "not held by us"}`;
    return { confirmed: back.confirmed && !isHeld, expected: `${back.expected}, and we do not hold the source`, seen };
  },
});
