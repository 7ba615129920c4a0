// Lays out one trial's picture as plain geometry: marks, lanes, strips and panels over one axis of time. The page's
// template draws it as static SVG, and its script moves it.

import type { TimelineEvent } from "../records/timeline/event.ts";
import type { Ms } from "../core/units.ts";
import type { MarkName } from "../records/facts/marks.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import { layOutLane } from "./plot-lanes.ts";
import type { PlotLane } from "./plot-lanes.ts";
import { drawMarks } from "./plot-marks.ts";
import type { PlotMark } from "./plot-marks.ts";
import { layOutPanel, layOutStrip, rowPx } from "./plot-rows.ts";
import type { PlotPanel, PlotRect, PlotStrip } from "./plot-rows.ts";
import { linear, timeTicks } from "./plot-scale.ts";
import type { Scale } from "./plot-scale.ts";
import { burnSeries, originOf, seriesOf } from "./plot-series.ts";
import type { Series } from "./plot-series.ts";
import { faultEntries, lanesOf } from "./story-lanes.ts";

/** The axis of time of a picture, and what its script needs to move it. */
interface PlotAxis {
  /** Ends of the axis, ms from the origin. */
  readonly from: Ms;
  readonly to: Ms;
  readonly left: number;
  readonly right: number;
  /** Ticks at most. */
  readonly most: number;
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
  readonly tickY: number;
  readonly title: string;
  readonly titleX: number;
  readonly titleY: number;
}

export interface Plot {
  readonly id: string;
  readonly size: PlotSize;
  readonly width: number;
  readonly height: number;
  /** Where names of rows begin. */
  readonly left: number;
  readonly right: number;
  /** What moves with the axis is drawn in here alone. */
  readonly inside: PlotRect;
  /** Right end of the numbers on the y axes. */
  readonly scaleX: number;
  /** Where the first row begins and where the last one ends. */
  readonly firstY: number;
  readonly bottom: number;
  /** While a fault was in effect. */
  readonly faults: readonly PlotRect[];
  readonly lanes: readonly PlotLane[];
  readonly strips: readonly PlotStrip[];
  readonly panels: readonly PlotPanel[];
  readonly marks: readonly PlotMark[];
  readonly axis: PlotAxis;
}

/** Pixel sizes of the two pictures of a trial: one for a screen, one for a phone. */
export const plotSizes = {
  wide: { width: 940, left: 44, right: 116, ticks: 16, charPx: 6.6 },
  narrow: { width: 328, left: 34, right: 24, ticks: 6, charPx: 0 },
} as const;
export type PlotSize = keyof typeof plotSizes;

/** What a picture is drawn from. */
export interface PlotSource {
  readonly trial: TrialResult;
  readonly timeline: readonly TimelineEvent[];
  /** Unique in the page. */
  readonly id: string;
  /** What `seriesOf` gives, where it is at hand. */
  readonly series?: readonly Series[];
  /** rest: only state probes that no condition asks for. */
  readonly part?: "story" | "rest" | undefined;
  /** A sentence for each mark. */
  readonly says?: Readonly<Partial<Record<MarkName, string>>>;
}

/** The picture's geometry, or null when there is nothing to draw. */
export function layOutPlot(source: PlotSource, size: PlotSize): Plot | null {
  const { trial, timeline, id } = source;
  const range = timeRange(trial, timeline);
  if (!range) return null;
  const { width, left, right: margin, charPx } = plotSizes[size];
  const right = width - margin;
  const origin = originOf(trial, timeline);
  const scale = linear(range.from, range.to, left, right);
  const drawn = drawMarks(source, scale, size === "narrow");
  const firstY = drawn.height + rowPx.gap;
  const rows = layOutRows(source, scale, { left, right, y: firstY, charPx, width });
  if (rows.panels.length + rows.strips.length === 0) return null;
  const bottom = rows.bottom;
  return {
    id,
    size,
    width,
    height: bottom + 34,
    left,
    right,
    inside: { x: left - 1, y: 0, width: right - left + 2, height: bottom },
    scaleX: left - 4,
    firstY,
    bottom,
    faults: faultEntries(trial, timeline).map(({ from, to }) => {
      const x = scale.px(from);
      return { x, y: firstY, width: scale.px(to ?? from) - x, height: bottom - firstY };
    }),
    lanes: rows.lanes,
    strips: rows.strips,
    panels: rows.panels,
    marks: drawn.place(bottom),
    axis: axisOf(scale, origin, { size, y: bottom }),
  };
}

interface Rows {
  readonly lanes: readonly PlotLane[];
  readonly strips: readonly PlotStrip[];
  readonly panels: readonly PlotPanel[];
  readonly bottom: number;
}

/** From what was done, over what users and probes saw, to what the healer said and did. */
function layOutRows(
  { trial, timeline, part, series = seriesOf(trial, timeline) }: PlotSource,
  scale: Scale,
  { y: top, ...frame }: Parameters<typeof layOutLane>[2],
): Rows {
  let y = top;
  const laneOf = (lane: Parameters<typeof layOutLane>[0]): PlotLane => {
    const laid = layOutLane(lane, scale, { ...frame, y });
    y += laid.height;
    return laid;
  };
  const panelOf = (series: Series): PlotPanel => {
    const panel = layOutPanel(series, scale, { ...frame, y });
    y += rowPx.title + rowPx.panel + rowPx.gap;
    return panel;
  };
  if (part === "rest") {
    const panels = series.filter(({ view, asked, flat }) => view === "state" && !asked && !flat).map(panelOf);
    return { lanes: [], strips: [], panels, bottom: y };
  }
  const all = lanesOf(trial, timeline);
  const done = all.filter(({ kind }) => kind === "faults").map(laneOf);
  const strips = (["users", "state"] as const).map((view) => {
    const strip = layOutStrip(trial, view, scale, y);
    y += rowPx.title + rowPx.strip + rowPx.gap;
    return strip;
  });
  const burn = burnSeries(trial);
  const seen = [...series.filter(({ view }) => view === "users"), ...(burn === undefined ? [] : [burn])].map(panelOf);
  const said = all.filter(({ kind }) => kind !== "faults").map(laneOf);
  const state = series.filter(({ view, asked }) => view === "state" && asked).map(panelOf);
  return { lanes: [...done, ...said], strips, panels: [...seen, ...state], bottom: y };
}

/** The axis below a picture that ends at `y`. */
export function axisOf(
  scale: Scale,
  origin: { readonly at: Ms; readonly what: string },
  { size, y }: { readonly size: PlotSize; readonly y: number },
): PlotAxis {
  const { width, left, right: margin, ticks: most } = plotSizes[size];
  const right = width - margin;
  return {
    from: scale.from - origin.at,
    to: scale.to - origin.at,
    left,
    right,
    most,
    ticks: timeTicks(scale, origin.at, most).map((tick) => ({ x: scale.px(tick.at), label: tick.label })),
    tickY: y + 14,
    title: `seconds from ${origin.what}`,
    titleX: (left + right) / 2,
    titleY: y + 30,
  };
}

/** From a little before the origin (the end of the baseline) to the last thing known. */
export function timeRange(
  trial: Pick<TrialResult, "facts">,
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
