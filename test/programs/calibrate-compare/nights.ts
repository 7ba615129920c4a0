// Simulated nights as rows of the history, from a loop whose truth is known.

import type { Random } from "../../../src/core/random.ts";
import type { HistoryRow, HistoryTime } from "../../../src/records/history-row.ts";
import { historyRow, ofNight } from "../../builders/history-rows.ts";

/** What is true of a simulated loop and its machine. */
export interface Truth {
  readonly intents: number;
  /** Trials of each intent. */
  readonly n: number;
  /** Standard deviation of the logarithm of MTTR and of MTTD. */
  readonly spread: number;
  /** The loop is so much slower than usual. */
  readonly slower: number;
  /** Standard deviation of the logarithm of the machine's speed from night to night. */
  readonly machine: number;
  /** Share of the time that goes with the machine's speed; 0: timers, 1: work alone. */
  readonly bound: number;
  /** Share of trials that never recover. */
  readonly stuck: number;
}

const usual = { mttd: 900, mttr: 6000 };
const watchMs = 30_000;
/** Times are known to about the period of a probe, ms. */
const probeMs = 500;

/** One night of a truth; nights count from 0. */
export function simulatedNight(night: number, truth: Truth, random: Random): readonly HistoryRow[] {
  const slow = Math.exp(truth.machine * normal(random));
  // A run times the machine once; the probe itself is off by a little.
  const workMs = 40 * slow * Math.exp(0.03 * normal(random));
  const rows: HistoryRow[] = [];
  for (let intent = 0; intent < truth.intents; intent += 1) {
    for (let n = 1; n <= truth.n; n += 1) {
      const mttd = timeOf(usual.mttd, truth, slow, random);
      const mttr = timeOf(usual.mttr, truth, slow, random);
      const { mttd: _d, mttr: _r, ...row } = historyRow({ ...ofNight(night), intent: `theme/intent-${intent}`, n });
      rows.push({
        ...row,
        watchMs,
        workMs,
        mttd,
        ...(random.next() >= truth.stuck && mttr.ms <= watchMs && { mttr }),
      });
    }
  }
  return rows;
}

function timeOf(usualMs: number, { spread, slower, bound }: Truth, slow: number, random: Random): HistoryTime {
  const ms = usualMs * slower * Math.exp(spread * normal(random)) * slow ** bound;
  const lo = Math.max(0, ms - probeMs * random.next() * Math.min(1, ms / usual.mttr));
  return { ms, lo, hi: ms + probeMs * random.next() * Math.min(1, ms / usual.mttr) };
}

/** Box–Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
