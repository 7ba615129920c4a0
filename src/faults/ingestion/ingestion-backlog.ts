// ingestion.backlog: brings many good batches at once, as a source does that was away; proved by the last of them,
// which still waits when it should have been published.

import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { recordOf } from "../../core/deliveries.ts";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { callBack, freshBatches, inventedText, observeWaits } from "../parts/bring-batch.ts";

const kind = "ingestion.backlog";

export const ingestionBacklog = fault({
  name: kind,
  about: "Brings many good batches of documents at once: the last of them wait longer than was promised.",
  acts: "replica",
  wayBack: "calls the batches back, as their producer would",
  needs: ["deliveries"],
  params: z.strictObject({
    batches: z.int().min(2).max(50).default(5).describe("Batches that come at once: 2 to 50, 5 when absent."),
    documents: z.int().min(1).max(100).default(16).describe("Documents in each: 1 to 100, 16 when absent."),
  }),
  example: { batches: 5, documents: 16 },

  async prepare({ batches }, site) {
    const { fresh } = site.controls.deliveries.spec;
    if (fresh === undefined) {
      const words = `${kind} needs deliveries.fresh in target.yaml: without it nobody is told how long a batch may wait`;
      throw new HarnessError("environment", words);
    }
    return { batches: [...(await freshBatches(kind, site, batches))], withinMs: fresh.withinMs };
  },

  async apply({ documents }, { batches, withinMs }, site, signal) {
    const { deliveries } = site.controls;
    signal.throwIfAborted();
    site.harmBegins?.();
    for (const [n, batch] of batches.entries()) {
      const lines = Array.from({ length: documents }, (_, k) =>
        recordOf(deliveries.spec, {
          id: `${batch}-${k}`,
          text: inventedText(site.seed, documents * n + k),
          version: 1,
        }),
      );
      signal.throwIfAborted();
      await deliveries.deliver(batch, lines);
    }
    // Sooner nobody can say that one has waited too long.
    await delay(withinMs, undefined, { signal });
  },

  observe: async ({ undo: { batches } }, { controls }, signal) => observeWaits(controls.deliveries, batches, signal),

  revert: async ({ batches }, { controls }, signal) => callBack(controls.deliveries, batches, signal),
});
