// Silent damage to an index, 5 % of one replica's rows and then 1 % of the other's, under a manifest that fits: how
// soon the healer sees it. Each round has a stack of its own, under users' load and without the harness between.

import { setTimeout as sleep } from "node:timers/promises";
import { bootStack } from "../../stack/boot.ts";
import { startLoad } from "../../stack/load.ts";
import { damageSilently } from "../healer/faults.ts";
import { openFeed, type Feed } from "../healer/feed.ts";
import { shown } from "../healer/figures.ts";
import { closedWith, detectedAs } from "../healer/seen.ts";
import { medianFigure, type BenchRow, type BenchSetting, type Reached } from "../models/row.ts";

const PER_SECOND = 12;
/** Until every baseline is known, ms. */
const QUIET_MS = 10_000;
const HEALED_WITHIN_MS = 40_000;
/** So many times the rounds that are asked for, at most, where the file's hash tells the damage. */
const MOST_TIMES = 2;

/** In this order; each has a replica of its own, so that the first one's repair does not hold up the second's. */
export const DAMAGES = [
  { share: 0.05, replica: "vector-1", goalMs: 3000 },
  { share: 0.01, replica: "vector-2", goalMs: 15_000 },
] as const;
type SilentDamage = (typeof DAMAGES)[number];

/** What came of one damage. */
export interface Sighting {
  /** From the damage to `detected`, ms; undefined: it was not seen. */
  readonly ms: number | undefined;
  /** The file's hash told it in the moment between its two writes: such a round says nothing of the other signals. */
  readonly byHash: boolean;
}

export const silentDamage: BenchRow = {
  name: "silent damage",
  async measure(setting) {
    const all = new Map<SilentDamage, Sighting[]>(DAMAGES.map((damage) => [damage, []]));
    const isShort = (): boolean => [...all.values()].some((seen) => countedOf(seen).length < setting.rounds);
    for (let n = 1; isShort() && n <= MOST_TIMES * setting.rounds; n += 1) {
      for (const [damage, one] of await oneRound(setting)) {
        all.get(damage)?.push(one);
        const how = one.byHash ? "not counted: seen by the file's hash" : `seen ${shown(one.ms)}`;
        setting.say(`silent damage ${n}: ${100 * damage.share} % ${how}`);
      }
    }
    return [...all].map(([damage, sightings]) => damageFigure(damage, sightings));
  },
};

/** Those that say something of the other signals. */
function countedOf(all: readonly Sighting[]): readonly Sighting[] {
  return all.filter(({ byHash }) => !byHash);
}

/** What the sightings of one damage come to. What the hash told is left out: there are rounds in its place. */
export function damageFigure(
  { share, goalMs }: Pick<SilentDamage, "share" | "goalMs">,
  all: readonly Sighting[],
): Reached {
  const times = countedOf(all).map(({ ms }) => ms);
  return medianFigure(`silent damage of ${100 * share} % of rows, seen`, times, goalMs);
}

/** When the damage of that replica was seen, and by what. */
export function damageSeenAfter(events: Feed["events"], replica: string, from: number): Sighting {
  const detected = detectedAs(events, from, { class: "index-damaged", scope: { replica } });
  if (detected === undefined) return { ms: undefined, byHash: false };
  return {
    ms: detected.at - from,
    byHash: detected.reasons.some((says) => says.startsWith("index-hash-differs:")),
  };
}

async function oneRound({ root, cacheDir }: BenchSetting): Promise<ReadonlyMap<SilentDamage, Sighting>> {
  await using stack = await bootStack({ root, cacheDir });
  // A build of before has its feed at its healer.
  await using feed = await openFeed([stack.port("supervisor"), stack.port("healer")]);
  await using load = startLoad(stack.port("gateway"), () => 1000 / PER_SECOND);
  await sleep(QUIET_MS);
  if (load.sent() === 0) throw new Error("no question was sent");
  const seen = new Map<SilentDamage, Sighting>();
  for (const damage of DAMAGES) {
    const { replica, share } = damage;
    // Not always at the same place of a look's period.
    await sleep(500 + Math.random() * 1000);
    const harm = await damageSilently(stack.dataDir, replica, share);
    const from = performance.now();
    harm();
    const look = (): Sighting => damageSeenAfter(feed.events, replica, from);
    await closedWith(feed, { replica, from, withinMs: HEALED_WITHIN_MS }, () => look().ms !== undefined);
    seen.set(damage, look());
  }
  return seen;
}
