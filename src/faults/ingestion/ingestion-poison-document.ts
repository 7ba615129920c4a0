// ingestion.poison-document: brings a batch in which one record is torn, so that whoever reads it fails each time;
// proved by what the target says became of it.

import { z } from "zod";
import { recordOf } from "../../core/deliveries.ts";
import { fault } from "../fault.ts";
import { callBack, freshBatches, inventedText, observeState } from "../parts/bring-batch.ts";

const kind = "ingestion.poison-document";

export const ingestionPoisonDocument = fault({
  name: kind,
  about: "Brings a batch of documents of which one ends in the middle: it fails each time that it is read.",
  acts: "replica",
  wayBack: "calls the batch back, as its producer would",
  needs: ["deliveries"],
  params: z.strictObject({
    beside: z.int().min(0).max(50).default(2).describe("Good documents in the same batch: 0 to 50, 2 when absent."),
  }),
  example: { beside: 2 },

  async prepare(_params, site) {
    const [batch] = await freshBatches(kind, site);
    return { batch };
  },

  async apply({ beside }, { batch }, site, signal) {
    const { deliveries } = site.controls;
    const records = Array.from({ length: beside + 1 }, (_, n) =>
      recordOf(deliveries.spec, { id: `${batch}-${n}`, text: inventedText(site.seed, n), version: 1 }),
    );
    const at = Math.floor(beside / 2);
    const lines = records.map((record, n) => (n === at ? record.slice(0, record.length / 2) : record));
    signal.throwIfAborted();
    site.harmBegins?.();
    await deliveries.deliver(batch, lines);
  },

  observe: async ({ params: { beside }, undo: { batch } }, { controls }, signal) =>
    observeState(controls.deliveries, { batches: [batch], documents: beside + 1 }, "fails", signal),

  revert: async ({ batch }, { controls }, signal) => callBack(controls.deliveries, [batch], signal),
});
