// ingestion.churn: deletes many documents that nobody asks for, through the write path, as a source does that sorts
// out. Each answer stays right; what the index holds of them is dead, and each search has to get past it. Proved by
// what the target says became of the batch, or by how many documents it says are deleted by then.

import { z } from "zod";
import { recordOf } from "../../core/deliveries.ts";
import { HarnessError } from "../../core/errors.ts";
import { seededRandom } from "../../core/random.ts";
import { fault } from "../fault.ts";
import { callBack, freshBatches, observeChanged } from "../parts/bring-batch.ts";

const kind = "ingestion.churn";
/** Newer than what is there: a corpus begins at 0 or 1. */
const version = 2;

export const ingestionChurn = fault({
  name: kind,
  about: "Deletes documents that nobody asks for: answers stay right, and dead rows stay in the index.",
  acts: "replica",
  wayBack: "calls the batch back, as its producer would: the documents are there again, and dead rows stay",
  needs: ["deliveries"],
  mayBeBenign: true,
  params: z.strictObject({
    share: z
      .number()
      .gt(0)
      .max(1)
      .default(1)
      .describe("Share of the documents that nobody asks for, by deliveries.known.unasked; 1 when absent."),
  }),
  // Below what a target allows where it says nothing (limits.max_dose).
  example: { share: 0.6 },

  async prepare({ share }, site) {
    const { deliveries } = site.controls;
    const [batch] = await freshBatches(kind, site);
    const random = seededRandom(site.seed, kind);
    const known = (await deliveries.known("unasked")).map((id) => ({ id, at: random.next() }));
    if (known.length === 0) {
      throw new HarnessError("environment", "no document is known that nobody asks for (deliveries.known.unasked)");
    }
    const ids = known.toSorted((a, b) => a.at - b.at).map(({ id }) => id);
    return { batch, ids: ids.slice(0, Math.max(1, Math.round(share * ids.length))) };
  },

  async apply(_params, { batch, ids }, site, signal) {
    const { deliveries } = site.controls;
    signal.throwIfAborted();
    site.harmBegins?.();
    // Without a text a document is deleted.
    await deliveries.deliver(
      batch,
      ids.map((id) => recordOf(deliveries.spec, { id, text: "", version })),
    );
  },

  observe: async ({ undo: { batch, ids } }, { controls }, signal) =>
    observeChanged(controls.deliveries, { batch, documents: ids.length }, signal),

  revert: async ({ batch }, { controls }, signal) => callBack(controls.deliveries, [batch], signal),
});
