// How MTTR went from run to run: within its limits or not, and where its level changed.

import { HarnessError } from "../core/errors.ts";
import { isTreatment } from "../core/arms.ts";
import { levelsOf, type Limits } from "../measure/statistics/control-chart.ts";
import type { HistoryRow } from "../records/history-row.ts";
import { ofNewestPlan, seriesOf } from "../core/series.ts";

/** One run. */
interface TrendPoint {
  readonly run: string;
  /** ISO 8601. */
  readonly started: string;
  readonly trials: number;
  /** Median MTTR, ms; what did not recover counts with as long as it was watched. */
  readonly ms: number;
  /** It was longer than that: a trial that did not recover decides it. */
  readonly censored: boolean;
}

/** One intent of one target under the same settings, by its newest plan. */
export interface Trend {
  readonly target: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly intent: string;
  /** Oldest first. */
  readonly points: readonly TrendPoint[];
  /**
   * ms; of the newest level, without one to three runs at an end that are unlike it, and without what is censored.
   * undefined: too few runs.
   */
  readonly limits: Limits | undefined;
  /** Points of that stretch outside them. */
  readonly outside: readonly TrendPoint[];
  /** Points with which a new level began. */
  readonly changes: readonly TrendPoint[];
}

/**
 * By the logarithm of each run's median, since times are skewed. Rows come oldest run first. Throws HarnessError
 * "bad-input" when an intent is asked for of which nothing can be told.
 */
export function trendsOf(rows: readonly HistoryRow[], asked?: string): readonly Trend[] {
  const groups = new Map<string, HistoryRow[]>();
  for (const row of rows) {
    if (!row.tells || !isTreatment(row.arm)) continue;
    const known = groups.get(seriesOf(row));
    if (known === undefined) groups.set(seriesOf(row), [row]);
    else known.push(row);
  }
  const trends = [...groups.values()].flatMap((own) => trendOf(ofNewestPlan(own)) ?? []);
  if (trends.length > 0 || asked === undefined) return trends;
  throw new HarnessError("bad-input", `the history has no treatment trial of ${asked} that tells of a recovery`, {
    hint: "`rebound history trend` without a name shows all intents",
  });
}

function trendOf(rows: readonly HistoryRow[]): Trend | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const { target, settings = {}, intent } = first;
  const points = [...new Set(rows.map(({ run }) => run))].map((run) => pointOf(rows.filter((row) => row.run === run)));
  const logs = points.map(({ ms }) => Math.log(Math.max(1, ms)));
  const { begins, limits } = levelsOf(
    logs,
    points.map(({ censored }) => !censored),
  );
  const since = begins.at(-1) ?? 0;
  // What took longer than it was watched is not shown to be shorter than anything.
  const isOut = ({ censored }: TrendPoint, log: number): boolean =>
    limits !== undefined && (log > limits.hi || (log < limits.lo && !censored));
  return {
    target,
    settings,
    intent,
    points,
    limits: limits && { centre: Math.exp(limits.centre), lo: Math.exp(limits.lo), hi: Math.exp(limits.hi) },
    outside: points.filter((point, at) => at >= since && isOut(point, logs[at] ?? 0)),
    changes: points.filter((_, at) => begins.includes(at)),
  };
}

/** The middle of the times; censored where a longer time of one that did not recover could move it. */
function pointOf(rows: readonly HistoryRow[]): TrendPoint {
  const times = rows
    .map(({ mttr, watchMs }) => ({ ms: mttr?.ms ?? watchMs, censored: mttr === undefined }))
    .toSorted((a, b) => a.ms - b.ms || Number(a.censored) - Number(b.censored));
  const [low, high] = [Math.floor((times.length - 1) / 2), Math.ceil((times.length - 1) / 2)];
  const { run = "", started = "" } = rows[0] ?? {};
  return {
    run,
    started,
    trials: rows.length,
    ms: ((times[low]?.ms ?? 0) + (times[high]?.ms ?? 0)) / 2,
    censored: times.slice(0, high + 1).some(({ censored }) => censored),
  };
}
