// An equal version as canary, again and again: it must never be rolled back.

import { setTimeout as sleep } from "node:timers/promises";
import { openFeed } from "../healer/feed.ts";
import { boundOnNone, type BenchRow } from "./row.ts";
import { openStand } from "./versions.ts";

const VERSION = "extractive-2";
const SHARE = 0.5;
/** As many for each round of the others: 50 with the ten rounds by default. */
const TIMES = 5;
/** Longer than a bad version takes to be seen, ms. */
const WATCHED_MS = 10_000;

export const equalRollOut: BenchRow = {
  name: "equal roll-out",
  async measure(setting) {
    const stand = await openStand(setting);
    const feed = await openFeed([stand.stack.port("supervisor")]);
    const times = TIMES * setting.rounds;
    let wrong = 0;
    try {
      for (let n = 0; n < times; n += 1) {
        await stand.rollOut(VERSION, SHARE);
        await sleep(WATCHED_MS);
        if ((await stand.canary()) === VERSION) await stand.rollBack(VERSION);
        else wrong += 1;
      }
      for (const { type, reasons } of feed.events) setting.say(`equal roll-out: ${type}, ${reasons.join("; ")}`);
    } finally {
      await feed[Symbol.asyncDispose]();
      await stand[Symbol.asyncDispose]();
    }
    const bound = wrong === 0 ? `, so fewer than ${(100 * boundOnNone(times)).toFixed(1)} % with 95 %` : "";
    const what = `false roll-backs of an equal version, each watched for ${WATCHED_MS / 1000} s`;
    return [{ what, reached: `${wrong} of ${times}${bound}`, goal: "0", isKept: wrong === 0 }];
  },
};
