// ingestion.error-page: brings newer versions of documents that users ask for, whose text is a page that says that the
// source is away, each with the number of its request and an address, as sources send them; proved by what the target
// says became of them.

import { z } from "zod";
import { recordOf } from "../../core/deliveries.ts";
import { HarnessError } from "../../core/errors.ts";
import { seededRandom } from "../../core/random.ts";
import { fault } from "../fault.ts";
import { callBack, freshBatches, observeState } from "../parts/bring-batch.ts";

const kind = "ingestion.error-page";
/** Newer than what is there: a corpus begins at 0 or 1. */
const version = 2;

export const ingestionErrorPage = fault({
  name: kind,
  about: "Brings newer versions of documents that users ask for, all of which are an error page of the source.",
  acts: "replica",
  wayBack: "calls the batch back, as its producer would",
  needs: ["deliveries"],
  params: z.strictObject({
    share: z.number().gt(0).max(1).default(0.5).describe("Share of the documents that users ask for; 0.5 when absent."),
    page: z
      .string()
      .min(1)
      .max(2000)
      .default(
        "<html><head><title>503 Service Unavailable</title></head><body>Service Unavailable. The server is busy, come back later. Request {request} for /documents/{id}</body></html>",
      )
      .describe("What stands there instead of each text; {id} and {request} in it are another one in each."),
  }),
  example: { share: 0.2 },

  async prepare({ share }, site) {
    const { deliveries } = site.controls;
    const [batch] = await freshBatches(kind, site);
    const random = seededRandom(site.seed, kind);
    const known = (await deliveries.known()).map((id) => ({ id, at: random.next() }));
    if (known.length === 0) throw new HarnessError("environment", "no document is known that could be overwritten");
    const ids = known.toSorted((a, b) => a.at - b.at).map(({ id }) => id);
    return { batch, ids: ids.slice(0, Math.max(1, Math.round(share * ids.length))) };
  },

  async apply({ page }, { batch, ids }, site, signal) {
    const { deliveries } = site.controls;
    const random = seededRandom(site.seed, `${kind} requests`);
    const pages = ids.map((id) => {
      const request = Math.floor(random.next() * 2 ** 40).toString(16);
      const text = page.replaceAll("{request}", () => request).replaceAll("{id}", () => encodeURIComponent(id));
      return recordOf(deliveries.spec, { id, text, version });
    });
    signal.throwIfAborted();
    site.harmBegins?.();
    await deliveries.deliver(batch, pages);
  },

  observe: async ({ undo: { batch, ids } }, { controls }, signal) =>
    observeState(controls.deliveries, { batches: [batch], documents: ids.length }, "done", signal),

  revert: async ({ batch }, { controls }, signal) => callBack(controls.deliveries, [batch], signal),
});
