// A healthy stack whose store never rests, under users' load: whatever the healer detects there is a false alarm. As
// many minutes as `--minutes` says; a short watch has a wide bound.

import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../../../src/core/errors.ts";
import { bootStack } from "../../stack/boot.ts";
import { startLoad } from "../../stack/load.ts";
import { openFeed } from "../healer/feed.ts";
import type { BenchRow, Reached } from "../models/row.ts";
import { keepBusy, type Done } from "./busy-store.ts";
import { OPERATOR } from "./operator.ts";

const PER_SECOND = 6;
const MINUTE_MS = 60_000;
/** Batches that came last may still be on their way. */
const LEAST_PUBLISHED_A_MINUTE = 30;

export const falseAlarms: BenchRow = {
  name: "false alarms",
  async measure({ root, cacheDir, minutes, say }) {
    const env = () => ({ ...OPERATOR, STACK_INGESTION: "on" });
    await using stack = await bootStack({ root, cacheDir, env });
    await using feed = await openFeed([stack.port("supervisor")]);
    await using load = startLoad(stack.port("gateway"), () => 1000 / PER_SECOND);
    await using store = await keepBusy(stack);
    const alarms = () => feed.events.filter(({ type }) => type === "detected");
    for (let left = minutes * MINUTE_MS; left > 0; left -= MINUTE_MS) {
      await sleep(Math.min(left, MINUTE_MS));
      // A replica that is away at that moment is no reason to let go of what was seen so far.
      const done = await store.done().then(JSON.stringify, messageOf);
      say(`false alarms: ${alarms().length} so far, ${load.sent()} questions, ${done}`);
    }
    for (const { scope, reasons } of alarms()) {
      say(`  false: ${scope.replica ?? scope.service ?? "stack"}: ${reasons.join("; ")}`);
    }
    for (const trouble of store.troubles) say(`  not done: ${trouble}`);
    return [alarmFigure({ alarms: alarms().length, minutes, done: await store.done() })];
  },
};

/**
 * None may come; with the exact upper bound of 95 % on how many an hour may come yet. A store that rested, or whose
 * batches ended on the shelf, shows nothing.
 */
export function alarmFigure({
  alarms,
  minutes,
  done,
}: {
  readonly alarms: number;
  readonly minutes: number;
  readonly done: Done;
}): Reached {
  const { published, deadLetters, removed, documents, refused, reindexed, compacted } = done;
  const wasBusy =
    published >= LEAST_PUBLISHED_A_MINUTE * minutes && removed > 0 && documents > refused && reindexed > 0;
  const compactions = compacted === null ? "no compaction on this stack" : `${compacted} compactions`;
  const busy = `${published} batches, ${removed} rows removed, ${documents} documents of users (${refused} refused), ${reindexed} re-indexes, ${compactions}`;
  return {
    what: `false alarms in ${minutes} minutes; ${busy}${wasBusy ? "" : ": too few, nothing is shown"}`,
    reached: `${alarms}, at most ${mostPerHour(alarms, minutes / 60).toFixed(1)} an hour with 95 %`,
    goal: "0",
    isKept: wasBusy && deadLetters === 0 && compacted !== 0 && alarms === 0,
  };
}

/**
 * Exact one-sided upper bound of 95 % on how many come an hour, of which so many came in so many hours: the rate at
 * which so few, or fewer, come in one of twenty such watches (Garwood 1936). Of none it is 3 / hours.
 */
export function mostPerHour(seen: number, hours: number): number {
  let [low, high] = [seen, 4 * seen + 10];
  for (let step = 0; step < 60; step += 1) {
    const mean = (low + high) / 2;
    if (atMost(seen, mean) > 0.05) low = mean;
    else high = mean;
  }
  return high / hours;
}

/** The chance that `most` or fewer come where `mean` are expected (Poisson). */
function atMost(most: number, mean: number): number {
  let one = Math.exp(-mean);
  let sum = one;
  for (let k = 1; k <= most; k += 1) {
    one *= mean / k;
    sum += one;
  }
  return sum;
}
