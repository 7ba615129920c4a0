// How MTTR went over the last nights, a picture for each intent of which there are enough: as `history trend` has it.

import { isTreatment } from "../core/arms.ts";
import type { RunDigest } from "../core/digest.ts";
import { counted } from "../core/text.ts";
import type { Ms } from "../core/units.ts";
import { fewestForLimits } from "../measure/statistics/control-chart.ts";
import type { HistoryRow } from "../records/history-row.ts";
import type { TrialPlan } from "../records/plan.ts";
import { historyRowsOf } from "../verdict/history-rows.ts";
import { trendsOf, type Trend } from "../verdict/trend.ts";
import { plotSizes } from "./plot.ts";
import type { PlotSize } from "./plot.ts";
import { linear } from "./plot-scale.ts";
import { pointText, trendSentences, trendSeconds } from "./trend-text.ts";

/** What earlier runs have of trials of its kind, oldest first. */
export type PastTrials = (plan: TrialPlan) => readonly HistoryRow[];

export interface TrendsModel {
  readonly trends: readonly {
    readonly intent: string;
    readonly says: string;
    readonly more: readonly string[];
    readonly charts: readonly TrendChart[];
  }[];
  /** Of which intents there are too few runs, and how many more it takes; empty: of none. */
  readonly missing: readonly string[];
}

/** A chart as geometry. */
interface TrendChart {
  readonly size: PlotSize;
  readonly width: number;
  readonly left: number;
  readonly right: number;
  readonly span: number;
  /** Where labels of the scale end. */
  readonly tickX: number;
  readonly line: string;
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly kind: string;
    /** Corners of an arrow upwards in place of the point: it took longer than this; "": it was measured. */
    readonly arrow: string;
    readonly says: string;
  }[];
  /** Limits and their middle, from the last change of level on. */
  readonly limits: {
    readonly x: number;
    readonly width: number;
    readonly y: number;
    readonly height: number;
    readonly middle: number;
  } | null;
  readonly changes: readonly number[];
  readonly ticks: readonly { readonly y: number; readonly label: string }[];
  readonly first: string;
  readonly last: string;
}

/** The picture's panel, px: above and below it stand instants and nothing. */
const panel = { top: 10, bottom: 94 } as const;
/** So many intents are named where runs are missing. */
const mostNamed = 12;

/** null: nobody asked the history, or no treatment trial tells of a recovery. */
export function trendsModel(run: RunDigest, pastOf: PastTrials | undefined): TrendsModel | null {
  if (pastOf === undefined) return null;
  const all = run.intents.flatMap((intent) => {
    const trials = intent.trials.filter(({ plan }) => isTreatment(plan.arm));
    const own = historyRowsOf({ ...run, intents: [{ ...intent, trials }] });
    const [first] = trials;
    if (first === undefined || !own.some(({ tells }) => tells)) return [];
    const [trend] = trendsOf([...pastOf(first.plan), ...own]);
    return trend === undefined ? [] : [trend];
  });
  const enough = all.filter(({ points }) => points.length >= fewestForLimits);
  if (all.length === 0) return null;
  return { trends: enough.map(shown), missing: missingOf(all.filter((trend) => !enough.includes(trend))) };
}

function shown(trend: Trend): TrendsModel["trends"][number] {
  const [usual = "", ...more] = trendSentences(trend);
  // A change of level is said before anybody unfolds it: the newest.
  const level = trend.changes.length === 0 ? undefined : more[trend.changes.length - 1];
  const says = level === undefined ? usual : `${usual}; ${level}`;
  return {
    intent: trend.intent,
    says,
    more,
    charts: (["wide", "narrow"] as const).map((size) => chartOf(trend, size)),
  };
}

function missingOf(few: readonly Trend[]): readonly string[] {
  const byMissing = new Map<number, string[]>();
  for (const { intent, points } of few) {
    const missing = fewestForLimits - points.length;
    byMissing.set(missing, [...(byMissing.get(missing) ?? []), intent]);
  }
  return [...byMissing].map(([missing, intents]) => {
    const more = intents.length > mostNamed ? ` and ${intents.length - mostNamed} more` : "";
    return `${counted(missing, "more run")}: ${intents.slice(0, mostNamed).join(", ")}${more}.`;
  });
}

/** Times on a logarithmic scale, since that is how limits and levels are found. */
function chartOf({ points, limits, outside, changes }: Trend, size: PlotSize): TrendChart {
  const { width, left, right: margin } = plotSizes[size];
  const right = width - margin;
  const values = [...points.map(({ ms }) => ms), ...(limits === undefined ? [] : [limits.lo, limits.hi])].map(log);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const across = linear(0, points.length - 1, left, right);
  const up = linear(low, high, panel.bottom, panel.top);
  const y = (ms: Ms): number => (high > low ? up.px(log(ms)) : (panel.top + panel.bottom) / 2);
  const at = points.map((point, index) => ({
    x: across.px(index),
    y: y(point.ms),
    kind: outside.includes(point) ? "out" : "in",
    arrow: point.censored ? arrowAt(across.px(index), y(point.ms)) : "",
    says: `${point.run}, ${point.started.slice(0, 10)}: ${pointText(point)}`,
  }));
  const begins = changes.map((point) => at[points.indexOf(point)]?.x ?? left);
  const since = begins.at(-1) ?? left;
  const ends = high > low ? [high, low] : [high];
  return {
    size,
    width,
    left,
    right,
    span: right - left,
    tickX: left - 5,
    line: at.map((one) => `${one.x},${one.y}`).join(" "),
    points: at,
    limits: limits
      ? {
          x: since,
          width: Math.round((right - since) * 10) / 10,
          y: y(limits.hi),
          height: Math.round((y(limits.lo) - y(limits.hi)) * 10) / 10,
          middle: y(limits.centre),
        }
      : null,
    changes: begins,
    ticks: ends.map((value) => ({ y: y(Math.exp(value)) + 3, label: trendSeconds(Math.exp(value), 100) })),
    first: points[0]?.started.slice(0, 10) ?? "",
    last: points.at(-1)?.started.slice(0, 10) ?? "",
  };
}

/** Its foot is where a point would be. */
function arrowAt(x: number, y: number): string {
  return [`${x - 4},${y + 3}`, `${x},${y - 5}`, `${x + 4},${y + 3}`].join(" ");
}

function log(ms: Ms): number {
  return Math.log(Math.max(1, ms));
}
