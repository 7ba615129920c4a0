// A bad version as canary: how soon it is seen and rolled back, and how many users it answers until then.

import { setTimeout as sleep } from "node:timers/promises";
import { openFeed } from "../healer/feed.ts";
import { medianOf, seconds, type BenchRow, type BenchSetting } from "./row.ts";
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
      const times = `seen ${seconds(seenMs ?? Infinity)}, rolled back ${seconds(backMs ?? Infinity)}`;
      setting.say(`bad roll-out ${n + 1}: ${version} ${times}, ${own} of ${all} answers by it`);
    }
    const [seen, back] = [medianOf(rounds.map((one) => one.seenMs)), medianOf(rounds.map((one) => one.backMs))];
    const own = rounds.reduce((sum, one) => sum + one.own, 0);
    const all = rounds.reduce((sum, one) => sum + one.all, 0);
    const of = `${rounds.length} rounds at a share of ${SHARE}`;
    return [
      {
        what: `bad roll-out seen, median of ${of}`,
        reached: seconds(seen),
        goal: `≤ ${seconds(SEEN_GOAL_MS)}`,
        isKept: seen <= SEEN_GOAL_MS,
      },
      {
        what: `bad roll-out rolled back, median of ${of}`,
        reached: seconds(back),
        goal: `≤ ${seconds(BACK_GOAL_MS)}`,
        isKept: back <= BACK_GOAL_MS,
      },
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
    const detected = feed.events.find(
      ({ type, at, scope }) => type === "detected" && at > from && scope.service === "inference",
    );
    // Users who were asked for just before the end have their answer by then.
    await sleep(1000);
    const seenMs = detected === undefined ? undefined : detected.at - from;
    const backMs = back === undefined ? undefined : back - from;
    return { seenMs, backMs, ...stand.answered(version, from, back ?? performance.now()) };
  } finally {
    await feed[Symbol.asyncDispose]();
    await stand[Symbol.asyncDispose]();
  }
}
