// ingestion.redelivery: brings the same documents again and again, an older version after a newer one, or nothing at
// all, as sources do at times; proved by what the target says became of each batch.

import { z } from "zod";
import { recordOf } from "../../core/deliveries.ts";
import { fault } from "../fault.ts";
import { callBack, freshBatches, inventedText, observeState } from "../parts/bring-batch.ts";

const kind = "ingestion.redelivery";

export const ingestionRedelivery = fault({
  name: kind,
  about: "Brings the same documents several times, an older version after a newer one; or batches that are empty.",
  acts: "replica",
  wayBack: "calls the batches back, as their producer would",
  needs: ["deliveries"],
  mayBeBenign: true,
  params: z.strictObject({
    documents: z.int().min(0).max(50).default(3).describe("Documents in each batch, 0: none at all; 3 when absent."),
    times: z.int().min(2).max(10).default(3).describe("How often they come: 2 to 10, 3 when absent."),
  }),
  example: { documents: 3, times: 3 },

  async prepare({ times }, site) {
    return { batches: [...(await freshBatches(kind, site, times))] };
  },

  async apply({ documents }, { batches }, site, signal) {
    const { deliveries } = site.controls;
    signal.throwIfAborted();
    site.harmBegins?.();
    for (const [n, batch] of batches.entries()) {
      // The newest comes first, once more, and then what was before it.
      const version = n < 2 ? 2 : 1;
      const lines = Array.from({ length: documents }, (_, k) => {
        const text = `${inventedText(site.seed, k)} version ${version}`;
        return recordOf(deliveries.spec, { id: `${batches[0]}-${k}`, text, version });
      });
      signal.throwIfAborted();
      await deliveries.deliver(batch, lines);
    }
  },

  observe: async ({ params: { documents, times }, undo: { batches } }, { controls }, signal) =>
    observeState(controls.deliveries, { batches, documents: documents * times }, "done", signal),

  revert: async ({ batches }, { controls }, signal) => callBack(controls.deliveries, batches, signal),
});
