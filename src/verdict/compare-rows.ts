// Did the loop become slower? Two sets of rows of the history, intent by intent, by MTTD and MTTR.

import type { Random } from "../core/random.ts";
import { isTreatment } from "../core/arms.ts";
import { atOnce, type Steps } from "../core/steps.ts";
import { gehanPermuted, holm, timeRatio } from "../measure/statistics/interval-times.ts";
import type { IntervalTime, TimeRatio } from "../measure/statistics/interval-times.ts";
import type { HistoryRow } from "../records/history-row.ts";
import { seriesOf } from "../core/series.ts";

/** All verdicts of a comparison together are wrong at most so often, two-sided, when nothing changed. */
export const mostWrong = 0.025;
/** What is slower or quicker by less is not worth a word, however sure it is. */
const leastRatio = 1.2;
/** With fewer trials on a side not even sets that lie wholly apart are evidence. */
export const fewestTrials = 4;

const comparedTimes = ["mttd", "mttr"] as const;
type ComparedTime = (typeof comparedTimes)[number];

interface ComparedSide {
  readonly n: number;
  /** Trials in which it did not come to an end while watched. */
  readonly censored: number;
  /** Median of the middles, ms; Infinity: beyond what was watched. */
  readonly medianMs: number;
  /** Standard deviation of the logarithm of those that ended; undefined for fewer than two. */
  readonly spread: number | undefined;
}

/** One time of one intent on both sides. */
export interface ComparedPair {
  readonly target: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly intent: string;
  readonly time: ComparedTime;
  readonly verdict: "regression" | "improvement" | "no evidence";
  readonly before: ComparedSide;
  readonly after: ComparedSide;
  /** After ÷ before, as measured. */
  readonly ratio: TimeRatio;
  /** The same with each time divided by how slow the machine was; absent where a machine was not timed. */
  readonly normalised?: TimeRatio;
  /** Two-sided, adjusted for all pairs of the comparison. */
  readonly p: number;
  /** Why there is no evidence, a clause; absent when there is. */
  readonly because?: string;
}

export interface Comparison {
  readonly pairs: readonly ComparedPair[];
  /** What stands on both sides and was not compared, a sentence each. */
  readonly notes: readonly string[];
  /** How much slower the machine was after, by the fixed work; absent where it was not timed. */
  readonly machine?: number;
}

interface Set {
  readonly before: readonly HistoryRow[];
  readonly after: readonly HistoryRow[];
}

/**
 * Compares treatment trials that tell, of the same target, settings, intent and plan. A verdict needs at least 1.2
 * times (or 1 ÷ 1.2), by the times as measured and by those that the machine's speed is taken out of: what a slow
 * machine may explain is no evidence, whichever way it would point.
 */
export function compareRows(before: readonly HistoryRow[], after: readonly HistoryRow[], random: Random): Comparison {
  return atOnce(comparing(before, after, random));
}

/** The same in pieces, one for each intent. */
export function* comparing(
  before: readonly HistoryRow[],
  after: readonly HistoryRow[],
  random: Random,
): Steps<Comparison> {
  const notes: string[] = [];
  const [b, a] = [telling(before), telling(after)];
  const bySeries = groups(b);
  const found: Unjudged[] = [];
  for (const [series, rows] of groups(a)) {
    yield;
    const others = bySeries.get(series);
    if (others === undefined) continue;
    const set = samePlan({ before: others, after: rows });
    const [first] = rows;
    if (set === undefined && first !== undefined) notes.push(`${first.intent}: its plan is another one; not compared`);
    if (set !== undefined) found.push(...comparedTimes.flatMap((time) => pairOf(set, time, random) ?? []));
  }
  const tested = found.filter((pair) => doubtOf(pair) === undefined);
  const adjusted = holm(tested.map(({ p }) => p));
  const pairs = found.map((pair) => judged({ ...pair, p: adjusted[tested.indexOf(pair)] ?? 1 }));
  const machine = machineRatio(b, a);
  return { pairs, notes, ...(machine !== undefined && { machine }) };
}

function telling(rows: readonly HistoryRow[]): readonly HistoryRow[] {
  return rows.filter((row) => row.tells && isTreatment(row.arm));
}

function groups(rows: readonly HistoryRow[]): ReadonlyMap<string, readonly HistoryRow[]> {
  const found = new Map<string, HistoryRow[]>();
  for (const row of rows) {
    const group = found.get(seriesOf(row));
    if (group === undefined) found.set(seriesOf(row), [row]);
    else group.push(row);
  }
  return found;
}

/** Rows of the newest plan alone; older rows do not say theirs, and are taken for the same. */
function samePlan({ before, after }: Set): Set | undefined {
  const plan = after.findLast((row) => row.plan !== undefined)?.plan;
  const same = (row: HistoryRow): boolean => plan === undefined || row.plan === undefined || row.plan === plan;
  const set = { before: before.filter(same), after: after.filter(same) };
  return set.before.length === 0 ? undefined : set;
}

type Unjudged = Omit<ComparedPair, "verdict" | "because">;

/** undefined where neither side has ever seen the time: nothing was asked of it. */
function pairOf({ before, after }: Set, time: ComparedTime, random: Random): Unjudged | undefined {
  const [first] = after;
  const rows = [...before, ...after];
  if (first === undefined || rows.every((row) => row[time] === undefined)) return undefined;
  // Watched in the same way: what came later on either side counts as not seen.
  const tau = Math.min(...rows.map(({ watchMs }) => watchMs));
  const timesOf = (side: readonly HistoryRow[], slow: (row: HistoryRow) => number): Times =>
    side.map((row) => divided(timeOf(row, time, tau), slow(row)));
  const [b, a] = [timesOf(before, () => 1), timesOf(after, () => 1)];
  const ratio = timeRatio(b, a);
  const isTested = Math.min(b.length, a.length) >= fewestTrials;
  const p = isTested ? gehanPermuted(b, a, random) : 1;
  const { target, settings = {}, intent } = first;
  const pair = { target, settings, intent, time, before: sideOf(b), after: sideOf(a), ratio, p };
  const speed = speedsOf(rows);
  if (speed === undefined) return pair;
  const slow = ({ workMs = speed }: HistoryRow): number => workMs / speed;
  const [scaledBefore, scaledAfter] = [timesOf(before, slow), timesOf(after, slow)];
  const normalised = timeRatio(scaledBefore, scaledAfter);
  // Both must speak for it, so that the weaker one counts.
  const other = isTested ? gehanPermuted(scaledBefore, scaledAfter, random) : 1;
  return { ...pair, normalised, p: Math.max(p, other) };
}

type Times = readonly IntervalTime[];

function timeOf(row: HistoryRow, time: ComparedTime, tau: number): IntervalTime {
  const seen = row[time];
  if (seen === undefined || seen.ms > tau) return { lo: tau, hi: Infinity };
  return { lo: Math.max(0, seen.lo), hi: Math.max(0, seen.lo, seen.hi) };
}

function divided({ lo, hi }: IntervalTime, by: number): IntervalTime {
  return { lo: lo / by, hi: hi / by };
}

/** Median time of the fixed work; undefined where it was not taken for every trial. */
function speedsOf(rows: readonly HistoryRow[]): number | undefined {
  const all = rows.flatMap(({ workMs }) => (workMs === undefined || workMs <= 0 ? [] : [workMs]));
  return all.length < rows.length ? undefined : medianOf(all);
}

function machineRatio(before: readonly HistoryRow[], after: readonly HistoryRow[]): number | undefined {
  const [b, a] = [speedsOf(before), speedsOf(after)];
  return a === undefined || b === undefined ? undefined : a / b;
}

function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  return low === undefined || high === undefined ? undefined : low === high ? low : (low + high) / 2;
}

function sideOf(times: Times): ComparedSide {
  const middles = times.map(({ lo, hi }) => (lo + hi) / 2);
  const logs = middles.filter((ms) => Number.isFinite(ms) && ms > 0).map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  return {
    n: times.length,
    censored: middles.filter((ms) => ms === Infinity).length,
    medianMs: medianOf(middles) ?? Infinity,
    spread: logs.length < 2 ? undefined : Math.sqrt(variance),
  };
}

function judged(pair: Unjudged): ComparedPair {
  const { ratio, normalised = ratio, p } = pair;
  const doubt = doubtOf(pair);
  if (doubt !== undefined) return { ...pair, verdict: "no evidence", because: doubt };
  if (p > mostWrong) return { ...pair, verdict: "no evidence", because: "chance can do it" };
  const [least, most] = [Math.min(ratio.ratio, normalised.ratio), Math.max(ratio.ratio, normalised.ratio)];
  const more = endedMore(pair);
  if (least >= leastRatio || more < 0) return { ...pair, verdict: "regression" };
  if (most <= 1 / leastRatio || more > 0) return { ...pair, verdict: "improvement" };
  return { ...pair, verdict: "no evidence", because: "it is too little" };
}

/** Where most did not end on either side, no ratio tells them apart: by how many more ended after; else 0. */
function endedMore({ before, after, ratio }: Unjudged): number {
  if (ratio.ratio !== 1) return 0;
  return (after.n - after.censored) / after.n - (before.n - before.censored) / before.n;
}

function doubtOf({ before, after }: Pick<Unjudged, "before" | "after">): string | undefined {
  if (Math.min(before.n, after.n) >= fewestTrials) return undefined;
  return `it takes ${fewestTrials} trials on each side, there are ${before.n} and ${after.n}`;
}
