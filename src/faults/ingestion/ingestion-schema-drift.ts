// ingestion.schema-drift: brings batches whose records have the text under another name, as after a change at the
// source that nobody announced; proved by what the target says became of them.

import { z } from "zod";
import { recordOf } from "../../core/deliveries.ts";
import { fault } from "../fault.ts";
import { callBack, freshBatches, inventedText, observeState } from "../parts/bring-batch.ts";

const kind = "ingestion.schema-drift";
const fieldWords = "the name of a field, such as body";

export const ingestionSchemaDrift = fault({
  name: kind,
  about: "Brings batches of documents whose text stands under another name than was agreed.",
  acts: "replica",
  wayBack: "calls the batches back, as their producer would",
  needs: ["deliveries"],
  params: z.strictObject({
    rename_to: z
      .string(fieldWords)
      .regex(/^[a-z][a-z0-9_-]{0,40}$/, fieldWords)
      .default("body")
      .describe("Name under which the text stands instead; body when absent."),
    batches: z.int().min(1).max(20).default(2).describe("Batches of three documents: 1 to 20, 2 when absent."),
  }),
  example: { batches: 2 },

  async prepare({ batches }, site) {
    return { batches: [...(await freshBatches(kind, site, batches))] };
  },

  async apply({ rename_to: to }, { batches }, site, signal) {
    const { deliveries } = site.controls;
    const { textField } = deliveries.spec;
    signal.throwIfAborted();
    site.harmBegins?.();
    for (const [n, batch] of batches.entries()) {
      const lines = [0, 1, 2].map((k) => {
        const text = inventedText(site.seed, 3 * n + k);
        const record = JSON.parse(recordOf(deliveries.spec, { id: `${batch}-${k}`, text, version: 1 })) as object;
        const renamed = Object.entries(record).map(([key, value]) => [key === textField ? to : key, value as unknown]);
        return JSON.stringify(Object.fromEntries(renamed));
      });
      signal.throwIfAborted();
      await deliveries.deliver(batch, lines);
    }
  },

  observe: async ({ undo: { batches } }, { controls }, signal) =>
    observeState(controls.deliveries, { batches, documents: 3 * batches.length }, "fails", signal),

  revert: async ({ batches }, { controls }, signal) => callBack(controls.deliveries, batches, signal),
});
