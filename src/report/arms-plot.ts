// The arms of an intent beside each other: one trial of each, on one axis that counts from the injection of each.

import type { Ms } from "../core/units.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import { stayedBroken } from "../verdict/stayed-broken.ts";
import { spanText } from "./figures.ts";
import { axisOf, plotSizes, timeRange } from "./plot.ts";
import type { Plot, PlotSize } from "./plot.ts";
import { drawMarks } from "./plot-marks.ts";
import type { PlotMark } from "./plot-marks.ts";
import { layOutPanel, layOutStrip, rowPx } from "./plot-rows.ts";
import type { PlotPanel, PlotRect, PlotStrip, RowPlace } from "./plot-rows.ts";
import { linear } from "./plot-scale.ts";
import { seriesOf } from "./plot-series.ts";
import type { Series } from "./plot-series.ts";
import { badge } from "./shown.ts";
import type { Badge } from "./shown.ts";
import { faultEntries } from "./story-lanes.ts";
import { siblingHref } from "./trial-place.ts";
import { outcomeSign, recoveryWords } from "./words.ts";

/** One trial among those of the other arms. */
export interface ArmRow {
  readonly name: string;
  readonly href: string;
  /** The page is this trial's own. */
  readonly here: boolean;
  readonly badge: Badge;
  readonly says: string;
}

/** A line for each arm, in the order given. */
export function armRows(trials: readonly TrialResult[], own: TrialResult): readonly ArmRow[] {
  return trials.map((trial) => {
    const { plan, facts, verdict } = trial;
    const times = facts.mttr === undefined ? "" : `, after ${spanText(facts.mttr)}`;
    return {
      name: `${plan.arm}-${plan.index}`,
      href: siblingHref(plan),
      here: plan.arm === own.plan.arm,
      badge: badge(verdict.outcome),
      says: `${stayedBroken(trial) ?? recoveryWords[facts.recovery]}${times}`,
    };
  });
}

/** Pixels between two arms. */
const betweenPx = 14;
/** Marks that fit: what is between detection and recovery stands on each trial's own page. */
const names = ["t0", "t1", "t2", "t5", "t6", "t7"] as const;

/** The picture of all arms, or null when fewer than two have a window. */
export function layOutArms(trials: readonly TrialResult[], size: PlotSize): Plot | null {
  const drawable = trials.flatMap((trial) => {
    const range = timeRange(trial, []);
    return range === null ? [] : [{ trial, range, origin: zeroOf(trial) }];
  });
  if (drawable.length < 2) return null;
  const { width, left, right: margin } = plotSizes[size];
  const right = width - margin;
  const from = Math.min(...drawable.map(({ range, origin }) => range.from - origin));
  const to = Math.max(...drawable.map(({ range, origin }) => range.to - origin));
  // One scale for all of them, or they could not be compared by eye.
  const reach = Math.max(0, ...drawable.map(({ trial }) => greatestOf(shownOf(trial))));
  const arms: Arm[] = [];
  let y = rowPx.gap;
  for (const { trial, origin } of drawable) {
    const scale = linear(origin + from, origin + to, left, right);
    const arm = layOutArm(trial, scale, { left, right, y, reach });
    arms.push(arm);
    y = arm.bottom + betweenPx;
  }
  return {
    id: `arms-${size}`,
    size,
    width,
    height: y + 34,
    left,
    right,
    inside: { x: left - 1, y: 0, width: right - left + 2, height: y },
    scaleX: left - 4,
    firstY: rowPx.gap,
    bottom: y,
    faults: arms.flatMap(({ faults }) => faults),
    lanes: [],
    strips: arms.map(({ strip }) => strip),
    panels: arms.flatMap(({ panels }) => panels),
    marks: arms.flatMap(({ marks }) => marks),
    axis: axisOf(linear(from, to, left, right), { at: 0, what: "the injection of each" }, { size, y }),
  };
}

/** t0, or, where nothing was injected, when the injection was due: the end of baseline and random wait. */
function zeroOf({ plan, facts }: TrialResult): Ms {
  const first = facts.windows[0]?.from ?? 0;
  return facts.marks.t0?.at ?? first + plan.load.baselineMs + plan.injectAfterMs;
}

interface Arm {
  readonly strip: PlotStrip;
  readonly panels: readonly PlotPanel[];
  readonly marks: readonly PlotMark[];
  readonly faults: readonly PlotRect[];
  readonly bottom: number;
}

/** What users met, as the one panel of an arm shows it. */
function shownOf(trial: TrialResult): Series | undefined {
  return seriesOf(trial, []).find(({ view }) => view === "users");
}

function greatestOf(series: Series | undefined): number {
  return (series?.steps ?? []).reduce((most, { value }) => Math.max(most, value ?? 0), 0);
}

/** Whether all was well, and what share of users' requests failed. */
function layOutArm(
  trial: TrialResult,
  scale: ReturnType<typeof linear>,
  { left, right, y: top, reach }: RowPlace & { readonly reach: number },
): Arm {
  const { plan, verdict } = trial;
  const drawn = drawMarks({ trial, timeline: [], names }, scale, true);
  const title = `${plan.arm}-${plan.index} ${outcomeSign[verdict.outcome]} ${verdict.outcome}`;
  const stripY = top + drawn.height;
  const strip = { ...layOutStrip(trial, "state", scale, stripY), title: `${title}: steady state, users and state` };
  const panelY = stripY + rowPx.title + rowPx.strip + rowPx.gap;
  const series = shownOf(trial);
  const panels = series === undefined ? [] : [layOutPanel(series, scale, { left, right, y: panelY }, reach)];
  const bottom = series === undefined ? panelY : panelY + rowPx.title + rowPx.panel;
  const faults = faultEntries(trial, []).map(({ from, to }) => {
    const x = scale.px(from);
    return { x, y: stripY, width: scale.px(to ?? from) - x, height: bottom - stripY };
  });
  return { strip, panels, marks: drawn.place(bottom, top), faults, bottom };
}
