// ingestion.stall: a producer puts a hold on its source, brings batches behind it, and dies: nothing is taken from
// there any more, and nothing fails. Proved by batches that nobody has taken when they should have been published.

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

  async prepare({ batches }, site) {
    const { deliveries } = site.controls;
    const { hold, fresh } = deliveries.spec;
    if (hold === undefined || fresh === undefined) {
      throw new HarnessError("environment", `${kind} needs deliveries.hold and deliveries.fresh in target.yaml`);
    }
    if (await deliveries.isHeld()) throw new HarnessError("environment", `somebody holds the source already: ${hold}`);
    return { batches: [...(await freshBatches(kind, site, batches))], withinMs: fresh.withinMs };
  },

  async apply({ renewed }, { batches, withinMs }, site, signal) {
    const { deliveries } = site.controls;
    signal.throwIfAborted();
    site.harmBegins?.();
    if (!(await deliveries.hold())) throw new HarnessError("environment", "somebody holds the source by now");
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
      if (renewed) await deliveries.isHeld(true);
    }
  },

  observe: async ({ undo: { batches } }, { controls }, signal) => observeUntaken(controls.deliveries, batches, signal),

  async hold({ renewed }, _undo, { controls: { deliveries } }, signal) {
    if (!renewed) return undefined;
    let times = 0;
    const ended = (): boolean => signal.aborted;
    while (!ended() && (await deliveries.isHeld(true))) {
      times += 1;
      await delay(renewEveryMs, undefined, { signal }).catch(() => undefined);
    }
    return `the hold was renewed ${times} times`;
  },

  async revert({ batches }, { controls: { deliveries } }, signal) {
    // First what lies behind it: what is let go of is taken at once.
    const back = await callBack(deliveries, batches, signal);
    await deliveries?.release();
    const isHeld = (await deliveries?.isHeld()) ?? false;
    const seen = `${back.seen}; the source is ${isHeld ? "still held" : "held by nobody of ours"}`;
    return { confirmed: back.confirmed && !isHeld, expected: `${back.expected}, and nobody holds the source`, seen };
  },
});
