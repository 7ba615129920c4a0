// The geometry of lanes: bars and moments with their words, in as many rows as it takes that no word covers another.

import type { Ms } from "../core/units.ts";
import type { Lane, LaneEntry } from "./story-lanes.ts";
import type { PlotRect, RowPlace } from "./plot-rows.ts";
import { rowPx } from "./plot-rows.ts";
import type { Scale } from "./plot-scale.ts";

interface LaneItem {
  readonly by: LaneEntry["by"];
  /** What lasted; a moment has a thin one. */
  readonly bar: PlotRect;
  readonly moment: boolean;
  /** Empty on a phone. */
  readonly label: string;
  /** Where the word hangs: this pixel moves with the time axis. */
  readonly x: number;
  readonly labelX: number;
  readonly labelY: number;
  /** The word stands left of its moment, where there is no room on the right. */
  readonly ends: boolean;
  /** All of it, for a tooltip. */
  readonly says: string;
}

export interface PlotLane {
  readonly title: string;
  readonly titleY: number;
  readonly items: readonly LaneItem[];
  /** Pixels that the lane takes, its title included. */
  readonly height: number;
}

/** Height of a bar, of a row of a lane, and the greatest number of rows. */
const barPx = 9;
const laneRowPx = 14;
const mostRows = 8;
/** So many of a lane are drawn whatever their places. */
const mostDrawn = 300;
const longestLabel = 42;
const momentPx = 3;

/** What a lane is laid out in. */
export interface LaneFrame extends RowPlace {
  /** Pixels a character takes; 0: no words. */
  readonly charPx: number;
  /** Where words must end. */
  readonly width: number;
}

/** One lane; its top at `place.y`. */
export function layOutLane({ title, entries }: Lane, scale: Scale, place: LaneFrame): PlotLane {
  const until = (to: Ms | null, from: Ms): Ms => (to === null ? from : Math.min(to, scale.to));
  const shown = entries.filter(({ from, to }) => from <= scale.to && until(to, from) >= scale.from);
  const drafts = thinned(shown.map((entry) => draftOf(entry, scale, place)));
  const rows = packed(drafts.map(({ taken }) => taken));
  const top = place.y + rowPx.title;
  const items = drafts.map(({ taken: _taken, ...draft }, index) => {
    const row = rows[index] ?? 0;
    // Where too much happens at once, words would be unreadable anyway: the list below the picture has them all.
    const label = row < mostRows ? draft.label : "";
    const y = top + Math.min(row, mostRows - 1) * laneRowPx;
    return { ...draft, label, bar: { ...draft.bar, y, height: barPx }, labelY: y + barPx };
  });
  const used = Math.min(mostRows, Math.max(0, ...rows) + 1);
  return { title, titleY: place.y + 12, items, height: rowPx.title + used * laneRowPx + rowPx.gap };
}

interface Draft extends Omit<LaneItem, "labelY"> {
  /** Pixels that bar and word take. */
  readonly taken: { readonly from: number; readonly to: number };
}

function draftOf(entry: LaneEntry, scale: Scale, { charPx, width }: LaneFrame): Draft {
  const { from, to, by, label: says } = entry;
  const moment = to === null;
  const x = scale.px(from);
  const end = moment ? x + momentPx : Math.max(x + momentPx, scale.px(Math.min(to, scale.to)));
  const label = charPx === 0 ? "" : shortened(says);
  const wide = label.length * charPx;
  const bar = { x, y: 0, width: round(end - x), height: 0 };
  const ends = end + 4 + wide > width;
  const hangs = ends ? x : end;
  const taken = ends ? { from: x - 4 - wide, to: end } : { from: x, to: end + 8 + wide };
  return { by, bar, moment, label, x: hangs, labelX: round(hangs + (ends ? -4 : 4)), ends, says, taken };
}

/** Of very many, those that would be drawn on the pixel of the one before are left out: they would not be seen. */
function thinned(drafts: readonly Draft[]): readonly Draft[] {
  if (drafts.length <= mostDrawn) return drafts;
  return drafts.filter(({ bar }, index) => Math.round(bar.x) !== Math.round(drafts[index - 1]?.bar.x ?? -1));
}

function shortened(text: string): string {
  return text.length <= longestLabel ? text : `${text.slice(0, longestLabel - 1)}…`;
}

/** The first row for each in which it covers nothing. */
function packed(spans: readonly { readonly from: number; readonly to: number }[]): readonly number[] {
  const rows: { from: number; to: number }[][] = [];
  return spans.map((span) => {
    const free = rows.findIndex((row) => row.every((other) => other.to <= span.from || other.from >= span.to));
    const at = free < 0 ? rows.length : free;
    (rows[at] ??= []).push(span);
    return at;
  });
}

function round(px: number): number {
  return Math.round(px * 10) / 10;
}
