// ingestion.full-folder: two good batches in long files, of which the folder that the target copies them to holds one.
// Proved by the second, which lies where it was put down: what comes behind it is taken as little.

import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { DeliveriesControl } from "../../core/controls.ts";
import { recordOf } from "../../core/deliveries.ts";
import { HarnessError } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import { fault } from "../fault.ts";
import { callBack, freshBatches, inventedText, observeUntaken } from "../parts/bring-batch.ts";
import { seenWithin } from "../parts/seen-within.ts";

const kind = "ingestion.full-folder";
/** A target takes what there is room for well within that, ms; a healer takes longer to see that it does not. */
const untakenForMs: Ms = 1_000;
/** The first must be taken within that, ms. */
const takenWithinMs: Ms = 5_000;

export const ingestionFullFolder = fault({
  name: kind,
  about: "Fills the folder to which a target copies what arrives: a good batch does not fit, and all behind it wait.",
  acts: "replica",
  wayBack: "calls the batches back, as their producer would",
  needs: ["deliveries"],
  params: z.strictObject({
    kib: z
      .int()
      .min(1)
      .max(4000)
      .default(300)
      .describe(
        "Length of each of two files, KiB: more than half of what the folder holds, 1 to 4000; 300 when absent.",
      ),
  }),
  example: { kib: 40 },

  async prepare(_params, site) {
    return { batches: [...(await freshBatches(kind, site, 2))] };
  },

  async apply({ kib }, { batches }, site, signal) {
    const { deliveries } = site.controls;
    const [first = "", second = ""] = batches;
    const longRecord = (n: number): string => {
      const brought = { id: batches[n] ?? "", text: inventedText(site.seed, n), version: 1 };
      return lengthened(recordOf(deliveries.spec, brought), kib * 1024);
    };
    signal.throwIfAborted();
    await deliveries.deliver(first, [longRecord(0)]);
    if (!(await isTaken(deliveries, first, signal))) {
      throw new HarnessError("environment", `${first} was not taken within ${takenWithinMs} ms: is the folder full?`);
    }
    signal.throwIfAborted();
    site.harmBegins?.();
    await deliveries.deliver(second, [longRecord(1)]);
    // Sooner nobody can say that it does not fit.
    await delay(untakenForMs, undefined, { signal });
  },

  async observe({ undo: { batches } }, { controls }, signal) {
    const { confirmed, seen } = await observeUntaken(controls.deliveries, batches.slice(1), signal);
    return {
      confirmed,
      expected: `${untakenForMs} ms after it came the second batch lies there and is not taken`,
      seen,
    };
  },

  revert: async ({ batches }, { controls }, signal) => callBack(controls.deliveries, batches, signal),
});

/** The same record with blanks behind its first brace, where JSON lets them stand. */
function lengthened(record: string, bytes: number): string {
  const blanks = Math.max(0, bytes - Buffer.byteLength(record));
  return `${record.slice(0, 1)}${" ".repeat(blanks)}${record.slice(1)}`;
}

async function isTaken(deliveries: DeliveriesControl, batch: string, signal: AbortSignal): Promise<boolean> {
  return seenWithin(takenWithinMs, signal, async () => (await deliveries.state(batch, signal)) !== undefined);
}
