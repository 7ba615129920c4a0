// From a recording to the limits of each statistical detector. Pure.

import { bernoulliStep } from "../../../targets/reference-ai-stack/healer/detection/bernoulli-cusum.ts";
import { cusumStep } from "../../../targets/reference-ai-stack/healer/detection/capped-cusum.ts";
import { isSurge } from "../../../targets/reference-ai-stack/healer/detection/demand-detector.ts";
import type { Limits } from "../../../targets/reference-ai-stack/healer/detection/limits.ts";
import { newSamples } from "../../../targets/reference-ai-stack/healer/detection/new-samples.ts";
import { afterLook, AT_REST, weightOf } from "../../../targets/reference-ai-stack/healer/detection/pace.ts";
import { slide } from "../../../targets/reference-ai-stack/healer/detection/robust.ts";
import { NUMBERS } from "../../../targets/reference-ai-stack/healer/numbers.ts";
import { seeded } from "../../../targets/reference-ai-stack/healer/detection/chance.ts";
import { leastLimit, sumWalk, upperShare, type Search } from "./bootstrap.ts";
import { creepBins, startCreepWalk } from "./creep-walk.ts";
import { demandBins, type DemandBin } from "./demand-bins.ts";
import { looksOf, startWalk } from "./latency-walk.ts";
import type { Recording } from "./record.ts";

const DAY_S = 86_400;
/** Values drawn in a row: 5 s of looks, far longer than a pause lasts. */
const BLOCK_S = 5;
/** Fewer than three looks or bins in a row, each at the cap, are never enough. */
const LEAST_CUSUM = 2 * (NUMBERS.latency.cap - NUMBERS.latency.k);
/** An average within three of its standard deviations is never enough. */
const LEAST_SIGMAS = 3;
/** Twenty to one. */
const LEAST_EVIDENCE = Math.log(20);
/** A healthy share below this is not believed of any recording. */
const LEAST_SHARE = 0.0001;

/** A limit, marked where it is the least that is wanted whatever the series says. */
interface Found {
  readonly limit: number;
  readonly floor?: true;
}

function found(limit: number, least: number): Found {
  return limit === least ? { limit, floor: true } : { limit };
}

interface Wanted {
  /** Of a metric whose signal is its own proof. */
  readonly falseAlarmsPerDay: number;
  /** Of a metric whose signal an active check has to confirm. */
  readonly suspicionsPerDay: number;
  /** Drawn for each limit that is tried. */
  readonly days: number;
  readonly seed: number;
}

/** Of each metric the limit of its dearest replica. Throws when a metric was not seen at all. */
export function limitsOf(
  recording: Pick<Recording, "seconds" | "selfRetrieval" | "traffic">,
  wanted: Wanted,
): Omit<Limits, "version" | "provenance"> {
  const { seconds, selfRetrieval, traffic } = recording;
  const search = <T>(
    { series, least, start }: Pick<Search<T>, "series" | "least" | "start">,
    { metrics = 1, perSecond = series.length / seconds, perDay = wanted.falseAlarmsPerDay } = {},
  ): number =>
    leastLimit({
      series,
      block: Math.max(1, Math.round(BLOCK_S * perSecond)),
      perDay: Math.round(DAY_S * perSecond),
      days: wanted.days,
      least,
      start,
      seed: wanted.seed,
      falseAlarmsPerDay: metrics * perDay,
    });
  const looks = looksOf(traffic);
  const latency = search(
    { series: looks.looks, least: LEAST_CUSUM, start: (limit) => startWalk(looks, limit) },
    { metrics: looks.services.flat().length, perDay: wanted.suspicionsPerDay },
  );
  const creep = search(
    { series: creepBins(traffic), least: LEAST_SIGMAS, start: startCreepWalk },
    { metrics: looks.services.flat().length, perDay: wanted.suspicionsPerDay },
  );
  const demand = search({ series: demandBins(traffic), least: LEAST_CUSUM, start: startDemandWalk });
  const bernoulli = (seen: Pairs, p1: number, perDay: number): Limits["errors"] => {
    const p0 = Math.max(LEAST_SHARE, upperShare(total(seen, 0), total(seen, 1)));
    const start = sumWalk<Pair>((sum, [bad, count], limit) => bernoulliStep(sum, bad, count, { p0, p1, limit }));
    const limits = Object.values(seen).flatMap((series) => {
      // Bad samples are rare or were not seen at all: as they came, and by chance at the upper bound of their share.
      const asSeen = search({ series, least: LEAST_EVIDENCE, start }, { perDay });
      const chance = byChance(series, p0, wanted.seed);
      const perSecond = series.length / seconds;
      return [asSeen, search({ series: chance, least: LEAST_EVIDENCE, start }, { perSecond, perDay })];
    });
    return { p0, ...(p0 === LEAST_SHARE && { p0Floor: true }), ...found(highest(limits), LEAST_EVIDENCE) };
  };
  return {
    latency: found(latency, LEAST_CUSUM),
    creep: found(creep, LEAST_SIGMAS),
    demand: found(demand, LEAST_CUSUM),
    errors: bernoulli(outcomesOf(traffic), NUMBERS.errors.p1, wanted.falseAlarmsPerDay),
    selfRetrieval: bernoulli(selfRetrieval, NUMBERS.selfRetrieval.p1, wanted.suspicionsPerDay),
  };
}

/** By replica: failed and counted between two looks, in parts where the look came late. */
function outcomesOf(traffic: Recording["traffic"]): Pairs {
  const outcomes: Record<string, Pair[]> = {};
  const lastSeq = new Map<string, number>();
  let pace = AT_REST;
  for (const { at, upstreams } of traffic) {
    pace = afterLook(pace, at);
    const weight = weightOf(pace);
    for (const view of upstreams) {
      const picked = newSamples(view, lastSeq.get(view.replica) ?? -1);
      lastSeq.set(view.replica, picked.lastSeq);
      const { length } = picked.fresh;
      const failed = picked.fresh.filter(({ ok }) => !ok).length;
      if (length > 0) (outcomes[view.replica] ??= []).push([weight * failed, weight * length]);
    }
  }
  return outcomes;
}

/** The signal of a surge over bins that are drawn again. */
function startDemandWalk(limit: number): (bin: DemandBin) => number {
  let sum = 0;
  let last: readonly number[] = [];
  return ({ z, perSecond, usual }) => {
    sum = cusumStep(sum, z, { ...NUMBERS.demand, limit });
    last = slide(last, perSecond, NUMBERS.demand.lastBins);
    if (sum <= limit || !isSurge(last, usual)) return 0;
    sum = 0;
    last = [];
    return 1;
  };
}

type Pairs = Recording["selfRetrieval"];
type Pair = Pairs[string][number];

function total(looks: Pairs, which: 0 | 1): number {
  return Object.values(looks)
    .flat()
    .reduce((sum, pair) => sum + pair[which], 0);
}

/**
 * Looks of the same sizes, each sample bad with this chance; many more of them than were seen, since bad ones are rare.
 */
function byChance(series: Pairs[string], share: number, seed: number): Pairs[string] {
  const random = seeded(seed);
  const times = Math.ceil(200_000 / series.length);
  // A sample that counts less than one cannot be drawn.
  const whole = series.filter(([, count]) => Number.isInteger(count));
  return Array.from({ length: times }, () => whole)
    .flat()
    .map(([, count]) => {
      let bad = 0;
      for (let n = 0; n < count; n += 1) if (random() < share) bad += 1;
      return [bad, count] as const;
    });
}

function highest(limits: readonly number[]): number {
  if (limits.length === 0) throw new Error("a metric was not seen at all");
  return Math.max(...limits);
}
