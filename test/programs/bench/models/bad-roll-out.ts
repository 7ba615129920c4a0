// A bad version as canary: how soon it is seen and rolled back, and how many users it answers until then.

import { setTimeout as sleep } from "node:timers/promises";
import { openFeed, type Feed } from "../healer/feed.ts";
import { shown } from "../healer/figures.ts";
import { seenAfter } from "../healer/seen.ts";
import { medianFigure, type BenchRow, type BenchSetting } from "./row.ts";
import { openStand } from "./versions.ts";

const SHARE = 0.25;
const [SEEN_GOAL_MS, BACK_GOAL_MS] = [8000, 12_000];
const LONGEST_MS = 40_000;
const LOOK_MS = 25;
/** In turn; both are wrong from their first answer on. */
const VERSIONS = ["extractive-4", "extractive-6"];

export const badRollOut: BenchRow = {
  name: "bad roll-out",
  async measure(setting) {
    const rounds: Awaited<ReturnType<typeof oneRound>>[] = [];
    for (let n = 0; n < setting.rounds; n += 1) {
      const version = VERSIONS[n % VERSIONS.length] ?? "";
      const one = await oneRound(setting, version);
      rounds.push(one);
      const { seenMs, backMs, own, all } = one;
      const times = `seen ${shown(seenMs)}, rolled back ${shown(backMs)}`;
      setting.say(`bad roll-out ${n + 1}: ${version} ${times}, ${own} of ${all} answers by it`);
    }
    const own = rounds.reduce((sum, one) => sum + one.own, 0);
    const all = rounds.reduce((sum, one) => sum + one.all, 0);
    const at = `at a share of ${SHARE}`;
    return [
      medianFigure(
        `bad roll-out ${at}, seen`,
        rounds.map(({ seenMs }) => seenMs),
        SEEN_GOAL_MS,
      ),
      medianFigure(
        `bad roll-out ${at}, rolled back`,
        rounds.map(({ backMs }) => backMs),
        BACK_GOAL_MS,
      ),
      {
        // Of one round there are some thirty requests, of which one is three points.
        what: "answers by it between roll-out and roll-back, of all rounds together",
        reached: `${((100 * own) / all).toFixed(1)} % (${own} of ${all})`,
        goal: `≤ ${100 * SHARE + 1} %`,
        isKept: all > 0 && own / all <= SHARE + 0.01,
      },
    ];
  },
};

async function oneRound(setting: BenchSetting, version: string) {
  const stand = await openStand(setting);
  const feed = await openFeed([stand.stack.port("supervisor")]);
  try {
    // Not always at the same place of a look's period.
    await sleep(Math.random() * 500);
    const from = performance.now();
    await stand.rollOut(version, SHARE);
    let back: number | undefined;
    while (back === undefined && performance.now() - from < LONGEST_MS) {
      if ((await stand.canary()) === null) back = performance.now();
      else await sleep(LOOK_MS);
    }
    // Users who were asked for just before the end have their answer by then.
    await sleep(1000);
    const seenMs = regressionSeenAfter(feed.events, from);
    const backMs = back === undefined ? undefined : back - from;
    return { seenMs, backMs, ...stand.answered(version, from, back ?? performance.now()) };
  } finally {
    await feed[Symbol.asyncDispose]();
    await stand[Symbol.asyncDispose]();
  }
}

/**
 * From the roll-out to `detected` of the incident that was classified as a worse version, ms. Undefined where none was:
 * something else that was seen meanwhile is no version that was seen.
 */
export function regressionSeenAfter(events: Feed["events"], from: number): number | undefined {
  return seenAfter(events, from, { class: "model-regressed", scope: { service: "inference" } });
}
