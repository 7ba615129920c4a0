// An index of 100,000 rows that is made anew from its record store: how long from the order to the answer, and whether
// each search was answered meanwhile. Without a healer: what is timed is the remedy alone.

import { messageOf } from "../../../../src/core/errors.ts";
import { bootStack } from "../../stack/boot.ts";
import { shown } from "../healer/figures.ts";
import type { BenchRow, Reached } from "../models/row.ts";
import { grownCache } from "./grown-cache.ts";
import { operate, OPERATOR } from "./operator.ts";
import { searchesFigure, startSearches, type SearchCount } from "./searches.ts";

const ROWS = 100_000;
const GOAL_MS = 30_000;
/** Each takes half a minute at best. */
const MOST_ROUNDS = 3;

export const rebuildFromRecords: BenchRow = {
  name: "rebuild from records",
  async measure({ root, cacheDir, rounds, say }) {
    say(`rebuild from records: an index of ${ROWS} rows is built before the first round, once, which takes minutes`);
    const env = () => ({ ...OPERATOR, HEALER_OFF: "1" });
    await using stack = await bootStack({ root, cacheDir: await grownCache(cacheDir, ROWS), env });
    const [times, counts]: [(number | undefined)[], SearchCount[]] = [[], []];
    for (let n = 1; n <= Math.min(rounds, MOST_ROUNDS); n += 1) {
      const searches = await startSearches(stack.port("vector_1"));
      const ordered = operate(stack, "rebuild-index", { replica: "vector-1" });
      const ms = await ordered.catch((error: unknown) => {
        say(`  not rebuilt: ${messageOf(error)}`);
        return undefined;
      });
      counts.push(await searches.stop());
      times.push(ms);
      say(`rebuild from records ${n}: ${shown(ms)}`);
    }
    return [rebuildFigure(times), searchesFigure("the rebuild", counts)];
  },
};

/** The slowest has to keep it; one that was refused (undefined) took for ever. */
export function rebuildFigure(all: readonly (number | undefined)[]): Reached {
  const times = all.map((ms) => ms ?? Infinity);
  return {
    what: `rebuild of ${ROWS} rows from records, the slowest of ${times.length}`,
    reached: shown(times.length === 0 ? undefined : Math.max(...times)),
    goal: `≤ ${shown(GOAL_MS)}`,
    isKept: times.length > 0 && times.every((ms) => ms <= GOAL_MS),
  };
}
