// A damaged index of 5,000 rows that is restored from its peer's copy: how long from the order to the answer, when the
// replica answers from the good one; and whether each search was answered meanwhile. Without a healer: what is timed is
// the remedy alone.

import { messageOf } from "../../../../src/core/errors.ts";
import { bootStack, type RunningStack } from "../../stack/boot.ts";
import { damageSilently } from "../healer/faults.ts";
import { shown } from "../healer/figures.ts";
import { medianFigure, type BenchRow, type Reached } from "../models/row.ts";
import { grownCache } from "./grown-cache.ts";
import { operate, OPERATOR } from "./operator.ts";
import { searchesFigure, startSearches, type SearchCount } from "./searches.ts";

const ROWS = 5000;
const GOAL_MS = 2000;
const SHARE = 0.05;
const [DAMAGED, PEER] = ["vector-1", "vector-2"];

export const restoreFromPeer: BenchRow = {
  name: "restore from a peer",
  async measure({ root, cacheDir, rounds, say }) {
    const env = () => ({ ...OPERATOR, HEALER_OFF: "1" });
    await using stack = await bootStack({ root, cacheDir: await grownCache(cacheDir, ROWS), env });
    const [times, counts]: [(number | undefined)[], SearchCount[]] = [[], []];
    for (let n = 1; n <= rounds; n += 1) {
      const searches = await startSearches(stack.port("vector_1"));
      const ms = await oneRestore(stack).catch((error: unknown) => {
        say(`  not restored: ${messageOf(error)}`);
        return undefined;
      });
      counts.push(await searches.stop());
      times.push(ms);
      say(`restore from a peer ${n}: ${shown(ms)}`);
    }
    return [restoreFigure(times), searchesFigure("the damage and the restore", counts)];
  },
};

/** What the times from the order to the answer come to, ms; undefined: refused, or not good afterwards. */
export function restoreFigure(times: readonly (number | undefined)[]): Reached {
  return medianFigure(`restore of ${ROWS} rows from a peer's copy`, times, GOAL_MS);
}

async function oneRestore(stack: RunningStack): Promise<number | undefined> {
  const harm = await damageSilently(stack.dataDir, DAMAGED, SHARE);
  harm();
  const before = await ownShare(stack);
  if (before > 1 - SHARE / 2) throw new Error(`the damage took no effect: ${before} of the rows find themselves`);
  const ms = await operate(stack, "restore-index", { replica: DAMAGED, source: PEER });
  return (await ownShare(stack)) === 1 ? ms : undefined;
}

/** Share of a thousand rows that find themselves. */
async function ownShare(stack: RunningStack): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${stack.port("vector_1")}/self-retrieval?n=1000&seed=3`);
  return ((await answer.json()) as { readonly share: number }).share;
}
