// The rows of a trial's plot: strips that say how windows were judged, and one panel for each thing that was measured.

import type { Ms } from "../core/units.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import { decimalText } from "./figures.ts";
import { linear, roundTop } from "./plot-scale.ts";
import type { Scale } from "./plot-scale.ts";
import type { Series, Step } from "./plot-series.ts";

export interface PlotRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A row of cells saying how each window was judged: bad is a full cell, good a thin one, unseen is hatched. */
export interface PlotStrip {
  readonly title: string;
  readonly titleY: number;
  readonly cells: readonly (PlotRect & { readonly kind: "good" | "bad" | "unseen"; readonly hatched: boolean })[];
}

export interface PlotPanel {
  readonly title: string;
  readonly view: Series["view"];
  readonly titleY: number;
  readonly frame: PlotRect;
  readonly top: string;
  readonly topY: number;
  readonly bottomY: number;
  readonly low: string;
  readonly line: string;
  readonly area: string;
  readonly unseen: readonly PlotRect[];
  /** Where the undisturbed value lies; null when not known. */
  readonly baseline: { readonly y: number } | null;
}

/** Pixels of a row's title line, of a strip, of a panel, and between rows. */
export const rowPx = { title: 17, strip: 12, panel: 40, gap: 6 } as const;
/** Keeps a line at the top of its scale off the frame. */
const HEADROOM = 5;
/** Height of a good window's cell: thin, so that good and bad differ without colour. */
const THIN = 3;

/** Where a row goes: its top, and the ends of the time axis. */
export interface RowPlace {
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

/** The strip of one view (`state`: users and state probes together); its top at `y`. */
export function layOutStrip(trial: TrialResult, view: "users" | "state", scale: Scale, y: number): PlotStrip {
  const runs: { from: Ms; to: Ms; kind: "good" | "bad" | "unseen" }[] = [];
  for (const window of trial.facts.windows.filter((it) => it.to > scale.from)) {
    const last = runs.at(-1);
    if (last && last.kind === window[view] && last.to >= window.from) last.to = window.to;
    else runs.push({ from: window.from, to: window.to, kind: window[view] });
  }
  const top = y + rowPx.title;
  return {
    title: view === "users" ? "steady state, users' view" : "steady state, users and state",
    titleY: y + 12,
    cells: runs.map(({ from, to, kind }) => ({
      kind,
      hatched: kind === "unseen",
      ...rect(
        scale,
        { from, to },
        kind === "good" ? top + rowPx.strip - THIN : top,
        kind === "good" ? THIN : rowPx.strip,
      ),
    })),
  };
}

/** The panel of one series; `reach`: what its scale must hold beside its own values. */
export function layOutPanel(series: Series, scale: Scale, place: RowPlace, reach = 0): PlotPanel {
  const steps = series.steps.filter((step) => step.to > scale.from && step.from < scale.to);
  const seen = steps.flatMap((step) => (step.value === null ? [] : [step.value]));
  // Folded: a long trial has more readings than a call takes arguments.
  const top = roundTop(seen.reduce((most, value) => Math.max(most, value), Math.max(0, reach, series.baseline ?? 0)));
  const low = seen.reduce((least, value) => Math.min(least, value), 0);
  const frame = { x: place.left, y: place.y + rowPx.title, width: place.right - place.left, height: rowPx.panel };
  const height = linear(low, top, frame.y + frame.height - 1, frame.y + HEADROOM);
  const runs = seenRuns(steps);
  return {
    title: series.name,
    view: series.view,
    titleY: place.y + 12,
    frame,
    top: String(top),
    topY: frame.y + 9,
    bottomY: frame.y + rowPx.panel,
    low: decimalText(low),
    line: runs.map((run) => linePath(run, scale, height)).join(""),
    area: runs.map((run) => areaPath(run, scale, height)).join(""),
    unseen: unseenSpans(steps, scale).map((span) => rect(scale, span, frame.y, frame.height)),
    baseline: series.baseline === null ? null : { y: height.px(series.baseline) },
  };
}

type SeenStep = Step & { readonly value: number };

/** Stretches of steps without a gap; a plot line must not bridge what was not seen. */
function seenRuns(steps: readonly Step[]): readonly (readonly SeenStep[])[] {
  const runs: SeenStep[][] = [];
  for (const step of steps) {
    const { value } = step;
    if (value === null) continue;
    const run = runs.at(-1);
    if (run && run.at(-1)?.to === step.from) run.push({ ...step, value });
    else runs.push([{ ...step, value }]);
  }
  return runs;
}

/** What stays at one height is one line: a long trial is mostly that. */
function linePath(run: readonly SeenStep[], scale: Scale, height: Scale): string {
  const first = run[0];
  if (first === undefined) return "";
  let y = height.px(first.value);
  let path = `M${scale.px(first.from)} ${y}`;
  for (const step of run) {
    const next = height.px(step.value);
    if (next !== y) path += `H${scale.px(step.from)}V${next}`;
    y = next;
  }
  return `${path}H${scale.px(run.at(-1)?.to ?? first.to)}`;
}

function areaPath(run: readonly SeenStep[], scale: Scale, height: Scale): string {
  const first = run[0];
  return first ? `${linePath(run, scale, height)}V${height.px(0)}H${scale.px(first.from)}Z` : "";
}

/** Everything within the scale that no step with a value covers. */
function unseenSpans(steps: readonly Step[], scale: Scale): readonly { readonly from: Ms; readonly to: Ms }[] {
  const seen = seenRuns(steps).map((run) => ({ from: run[0]?.from ?? 0, to: run.at(-1)?.to ?? 0 }));
  const starts = [scale.from, ...seen.map((run) => run.to)];
  const ends = [...seen.map((run) => run.from), scale.to];
  return starts.flatMap((from, index) => {
    const to = ends[index] ?? scale.to;
    return to > from ? [{ from, to }] : [];
  });
}

function rect(scale: Scale, span: { readonly from: Ms; readonly to: Ms }, y: number, height: number): PlotRect {
  const x = scale.px(span.from);
  return { x, y, width: Math.max(0, round(scale.px(span.to) - x)), height };
}

function round(px: number): number {
  return Math.round(px * 10) / 10;
}
