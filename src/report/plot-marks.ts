// Marks on a picture: a line and a band of uncertainty each, with labels in rows above so that none covers another.

import type { TimelineEvent } from "../records/timeline/event.ts";
import type { MarkName } from "../records/facts/marks.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import { disturbanceMarks } from "./disturbance-marks.ts";
import type { PlotRect } from "./plot-rows.ts";
import { labelRows } from "./plot-scale.ts";
import type { Scale } from "./plot-scale.ts";
import { markNames } from "./words.ts";

export interface PlotMark {
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
  readonly lineTo: number;
  /** What there is to say of it; shown as a tooltip. */
  readonly says: string;
}

export const markOrder: readonly MarkName[] = ["t0", "t1", "t2", "t2c", "t3", "t4", "t5", "t6", "t7", "t8"];

/** Pixels between two rows of marks' labels. */
const labelRowPx = 15;
const charPx = 6.6;
const makers: Readonly<Record<string, PlotMark["by"]>> = {
  t0: "harness",
  t8: "harness",
  t1: "probes",
  t5: "probes",
  t6: "probes",
};

/** Marks before the picture's height is known. */
export interface DrawnMarks {
  /** Pixels that their labels take. */
  readonly height: number;
  /** `bottom`: where their lines end; `top`: where their labels begin. */
  place(bottom: number, top?: number): readonly PlotMark[];
}

interface DrawnMark {
  readonly name: string;
  readonly x: number;
  readonly lo: number;
  readonly hi: number;
  readonly label: string;
  readonly says: string;
}

/** What marks are drawn from. */
interface MarkSource {
  readonly trial: Pick<TrialResult, "plan" | "facts">;
  readonly timeline: readonly TimelineEvent[];
  /** Which; absent: all. */
  readonly names?: readonly MarkName[];
  /** A sentence for each mark. */
  readonly says?: Readonly<Partial<Record<MarkName, string>>>;
}

/** All marks of a trial; `short`: names alone. */
export function drawMarks(
  { trial, timeline, names = markOrder, says = {} }: MarkSource,
  scale: Scale,
  short: boolean,
): DrawnMarks {
  const drawn: readonly DrawnMark[] = [
    ...names.flatMap((name): readonly DrawnMark[] => {
      const mark = trial.facts.marks[name];
      if (mark === undefined) return [];
      const label = short ? name : `${name} ${markNames[name]}`;
      const [x, lo, hi] = [scale.px(mark.at), scale.px(mark.lo), scale.px(mark.hi)];
      return [{ name, x, lo, hi, label, says: says[name] ?? markNames[name] }];
    }),
    ...disturbanceMarks(trial.plan, timeline).map((mark) => {
      const label = short ? mark.name : `${mark.name.replace(" end", "")} ${mark.says}`;
      return {
        name: mark.name,
        x: scale.px(mark.at),
        lo: scale.px(mark.lo),
        hi: scale.px(mark.at),
        label,
        says: label,
      };
    }),
  ].toSorted((a, b) => a.x - b.x);
  const rows = labelRows(drawn.map((mark) => ({ x: mark.x, width: 6 + mark.label.length * charPx })));
  return {
    height: (Math.max(-1, ...rows) + 1) * labelRowPx,
    place: (bottom, top = 0) => drawn.map((mark, index) => placed(mark, top + (rows[index] ?? 0) * labelRowPx, bottom)),
  };
}

function placed({ name, x, lo, hi, label, says }: DrawnMark, top: number, bottom: number): PlotMark {
  const lineFrom = top + 2;
  return {
    name,
    by: name.startsWith("d") ? "harness" : (makers[name] ?? "healer"),
    x,
    band: { x: lo, y: lineFrom, width: Math.max(0, hi - lo), height: bottom - lineFrom },
    label,
    labelX: x + 3,
    labelY: top + 12,
    lineFrom,
    lineTo: bottom,
    says,
  };
}
