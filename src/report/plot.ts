// Lays out one trial's timeline plot as plain geometry; the page's template draws it as static SVG.

import type { TimelineEvent } from "../records/timeline/event.ts";
import type { Ms } from "../core/units.ts";
import type { MarkName } from "../records/facts/marks.ts";
import type { Mark } from "../records/interval.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import { disturbanceMarks, type DisturbanceMark } from "./disturbance-marks.ts";
import { layOutPanel, layOutStrip, rowPx } from "./plot-rows.ts";
import type { PlotPanel, PlotRect, PlotStrip } from "./plot-rows.ts";
import { labelRows, linear, timeTicks } from "./plot-scale.ts";
import type { Scale } from "./plot-scale.ts";
import { originOf, seriesOf } from "./plot-series.ts";
import { markNames } from "./words.ts";

interface PlotMark {
  /** `t0` to `t8`, or a disturbance with a time of its own: `d2`, `d2 end`. */
  readonly name: string;
  /** who made it: the harness (t0 t8 d2), the users' and state probes (t1 t5 t6), the healer (t2 t2c t3 t4 t7). */
  readonly by: "harness" | "probes" | "healer";
  readonly x: number;
  readonly band: PlotRect;
  readonly label: string;
  readonly labelX: number;
  readonly labelY: number;
  readonly lineFrom: number;
}

export interface Plot {
  readonly id: string;
  readonly size: "wide" | "narrow";
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  /** Right end of the numbers on the y axes. */
  readonly scaleX: number;
  /** Where the first strip begins and where the last panel ends. */
  readonly firstY: number;
  readonly bottom: number;
  readonly strips: readonly PlotStrip[];
  readonly panels: readonly PlotPanel[];
  readonly marks: readonly PlotMark[];
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
  readonly tickY: number;
  readonly axisTitle: string;
  readonly axisX: number;
  readonly axisY: number;
}

/** Pixel sizes of the two plots of a trial: one for a screen, one for a phone. */
const SIZES = {
  wide: { width: 940, left: 44, right: 116, ticks: 16, charPx: 6.6 },
  narrow: { width: 328, left: 34, right: 24, ticks: 6, charPx: 6.6 },
} as const;
/** Pixels between two rows of marks' labels. */
const LABEL_ROW = 15;
const MARK_ORDER: readonly MarkName[] = ["t0", "t1", "t2", "t4", "t5", "t6", "t7", "t8"];
const MAKERS: Readonly<Record<string, PlotMark["by"]>> = {
  t0: "harness",
  t8: "harness",
  t1: "probes",
  t5: "probes",
  t6: "probes",
};

/** What a plot is drawn from. */
export interface PlotSource {
  readonly trial: TrialResult;
  readonly timeline: readonly TimelineEvent[];
  /** Unique in the page. */
  readonly id: string;
}

/** The plot's geometry, or null when the trial has no window to draw. */
export function layOutPlot(source: PlotSource, size: Plot["size"]): Plot | null {
  const { trial, timeline, id } = source;
  const range = timeRange(trial, timeline);
  if (!range) return null;
  const { width, left, right: margin, ticks, charPx } = SIZES[size];
  const right = width - margin;
  const origin = originOf(trial, timeline);
  const scale = linear(range.from, range.to, left, right);
  const drawn = [
    ...MARK_ORDER.flatMap((name) => markIn(name, trial.facts.marks[name], scale, size)),
    ...disturbanceMarks(trial.plan, timeline).map((mark) => disturbanceIn(mark, scale, size)),
  ].sort((a, b) => a.x - b.x);
  const rows = labelRows(drawn.map((mark) => ({ x: mark.x, width: 6 + mark.label.length * charPx })));
  let y = (Math.max(-1, ...rows) + 1) * LABEL_ROW + rowPx.gap;
  const firstY = y;
  const strips = (["users", "state"] as const).map((view) => {
    const strip = layOutStrip(trial, view, scale, y);
    y += rowPx.title + rowPx.strip + rowPx.gap;
    return strip;
  });
  const panels = seriesOf(trial, timeline).map((series) => {
    const panel = layOutPanel(series, scale, { left, right, y });
    y += rowPx.title + rowPx.panel + rowPx.gap;
    return panel;
  });
  const marks = drawn.map((mark, index) => placeMark(mark, rows[index] ?? 0, y));
  return {
    id,
    size,
    width,
    height: y + 34,
    left,
    right,
    scaleX: left - 4,
    firstY,
    bottom: y,
    strips,
    panels,
    marks,
    ticks: timeTicks(scale, origin.at, ticks).map((tick) => ({ x: scale.px(tick.at), label: tick.label })),
    tickY: y + 14,
    axisTitle: `seconds from ${origin.what}`,
    axisX: (left + right) / 2,
    axisY: y + 30,
  };
}

/** From a little before the origin (the end of the baseline) to the last thing known. */
function timeRange(
  trial: TrialResult,
  timeline: readonly TimelineEvent[],
): { readonly from: Ms; readonly to: Ms } | null {
  const { windows, marks } = trial.facts;
  const first = windows[0];
  const last = windows.at(-1);
  if (!first || !last) return null;
  const origin = originOf(trial, timeline).at;
  const to = Math.max(last.to, ...Object.values(marks).map((mark) => mark.hi));
  const lead = Math.max(5000, 0.2 * (to - origin));
  return { from: Math.max(first.from, origin - lead), to };
}

interface DrawnMark {
  readonly name: string;
  readonly x: number;
  readonly lo: number;
  readonly hi: number;
  readonly label: string;
}

function markIn(name: MarkName, mark: Mark | undefined, scale: Scale, size: Plot["size"]): readonly DrawnMark[] {
  if (!mark) return [];
  const label = size === "wide" ? `${name} ${markNames[name]}` : name;
  return [{ name, x: scale.px(mark.at), lo: scale.px(mark.lo), hi: scale.px(mark.hi), label }];
}

function disturbanceIn({ name, at, lo, says }: DisturbanceMark, scale: Scale, size: Plot["size"]): DrawnMark {
  const label = size === "wide" ? `${name.replace(" end", "")} ${says}` : name;
  return { name, x: scale.px(at), lo: scale.px(lo), hi: scale.px(at), label };
}

function placeMark(mark: DrawnMark, row: number, bottom: number): PlotMark {
  const lineFrom = row * LABEL_ROW + 2;
  return {
    name: mark.name,
    by: mark.name.startsWith("d") ? "harness" : (MAKERS[mark.name] ?? "healer"),
    x: mark.x,
    band: { x: mark.lo, y: lineFrom, width: Math.max(0, mark.hi - mark.lo), height: bottom - lineFrom },
    label: mark.label,
    labelX: mark.x + 3,
    labelY: row * LABEL_ROW + 12,
    lineFrom,
  };
}
