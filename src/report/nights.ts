// Tonight's times of a trial inside those of earlier nights: a mark for each trial, and tonight's with its interval.

import { counted } from "../core/text.ts";
import type { Ms } from "../core/units.ts";
import { summariseTimes } from "../measure/statistics/summarise-times.ts";
import type { HistoryRow } from "../records/history-row.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import { spanText } from "./figures.ts";
import { plotSizes } from "./plot.ts";
import type { PlotSize } from "./plot.ts";
import { linear, roundTop, timeTicks } from "./plot-scale.ts";
import type { Scale } from "./plot-scale.ts";
import { figure } from "./shown.ts";
import type { Figure } from "./shown.ts";

/** One time tonight and on the nights before. */
export interface NightsModel {
  readonly name: string;
  readonly figure: Figure;
  readonly says: string;
  readonly strips: readonly NightStrip[];
}

/** The distribution as geometry. */
interface NightStrip {
  readonly size: PlotSize;
  readonly width: number;
  readonly left: number;
  readonly right: number;
  /** A line for each earlier trial, oldest nights fainter. */
  readonly past: readonly { readonly x: number; readonly age: "old" | "new" }[];
  /** null: it did not come to pass. */
  readonly tonight: { readonly x: number; readonly from: number; readonly width: number } | null;
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
}

type TimeName = "mttd" | "mttr";
const formulas: Readonly<Record<TimeName, string>> = { mttd: "t2 − t0", mttr: "t6 − t0" };
const misses: Readonly<Record<TimeName, string>> = { mttd: "did not detect it", mttr: "did not recover" };

/** MTTD and MTTR; nothing where no earlier trial tells of either, or nothing was disturbed. */
export function nightsOf(
  { plan, facts }: Pick<TrialResult, "plan" | "facts">,
  past: readonly HistoryRow[],
  path: string,
): readonly NightsModel[] {
  if (past.length === 0 || facts.marks.t0 === undefined) return [];
  return (["mttd", "mttr"] as const).flatMap((name): readonly NightsModel[] => {
    const span = facts[name];
    const rows = past.flatMap((row) => (row[name] === undefined ? [] : [{ run: row.run, ...row[name] }]));
    if (rows.length === 0 && span === undefined) return [];
    const newest = past.at(-1)?.run;
    const top = roundTop(Math.max(span?.hi ?? 0, ...rows.map(({ hi }) => hi)));
    return [
      {
        name: name.toUpperCase(),
        figure: figure(`${path}.facts.${name}`, span, spanText(span)),
        says: sayOf(name, { span, past, watchMs: plan.watchMs }),
        strips: (["wide", "narrow"] as const).map((size) => {
          const { width, left, right: margin, ticks } = plotSizes[size];
          const scale = linear(0, top, left, width - margin);
          return {
            size,
            width,
            left,
            right: width - margin,
            past: rows.map(({ run, ms }) => ({ x: scale.px(ms), age: run === newest ? "new" : "old" })),
            tonight: span === undefined ? null : bandOf(span, scale),
            ticks: timeTicks(scale, 0, ticks).map(({ at, label }) => ({ x: scale.px(at), label })),
          };
        }),
      },
    ];
  });
}

type Known = { readonly ms: Ms; readonly lo: Ms; readonly hi: Ms };

function bandOf({ ms, lo, hi }: Known, scale: Scale): NightStrip["tonight"] {
  const from = scale.px(lo);
  return { x: scale.px(ms), from, width: Math.max(0, scale.px(hi) - from) };
}

/** What the earlier ones came to, and on which side of how many of them tonight's lies for sure. */
function sayOf(
  name: TimeName,
  {
    span,
    past,
    watchMs,
  }: { readonly span: Known | undefined; readonly past: readonly HistoryRow[]; readonly watchMs: Ms },
): string {
  const formula = formulas[name];
  const times = past.map((row) => row[name]);
  const seen = times.filter((time) => time !== undefined);
  const missed = times.length - seen.length;
  const nights = new Set(past.map(({ run }) => run)).size;
  const before = `${counted(past.length, "earlier trial")} in ${counted(nights, "run")}`;
  const summary = summariseTimes(
    times.map((time) => time && { ...time, formula }),
    watchMs,
    formula,
  );
  const not = missed === 0 ? "" : `; ${missed} of them ${misses[name]}`;
  if (span === undefined) return `Tonight it ${misses[name]}. Before: ${before}, ${summary.says}${not}.`;
  const longer = seen.filter(({ hi }) => hi < span.lo).length;
  const shorter = seen.filter(({ lo }) => lo > span.hi).length + missed;
  const alike = past.length - longer - shorter;
  const place = `longer than ${longer}, shorter than ${shorter}, not to be told from ${alike}`;
  return `Before: ${before}, ${summary.says}${not}. Tonight is ${place} of them.`;
}
