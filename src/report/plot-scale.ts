// The arithmetic of axes: round tick steps, round tops, and marks' labels in rows so that none covers another.

import type { Ms } from "../core/units.ts";

/** Maps [from, to] on [left, right] and keeps to these bounds. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  px(value: number): number;
}

/** A linear scale, rounded to a tenth of a pixel; a scale of no length maps everything to `left`. */
export function linear(from: number, to: number, left: number, right: number): Scale {
  const length = to - from;
  return {
    from,
    to,
    px(value) {
      const share = length > 0 ? Math.min(1, Math.max(0, (value - from) / length)) : 0;
      return Math.round((left + share * (right - left)) * 10) / 10;
    },
  };
}

/** Steps between ticks, seconds. */
export const secondSteps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];

/** Ticks of a time axis in whole steps from `origin`, at most `most` of them; `label` in seconds. */
export function timeTicks(
  scale: Scale,
  origin: Ms,
  most: number,
): readonly { readonly at: Ms; readonly label: string }[] {
  const span = (scale.to - scale.from) / 1000;
  const step = (secondSteps.find((seconds) => span / seconds <= most) ?? Math.ceil(span / most / 3600) * 3600) * 1000;
  const ticks = [];
  for (let n = Math.ceil((scale.from - origin) / step); origin + n * step <= scale.to; n += 1) {
    ticks.push({ at: origin + n * step, label: String(Math.round(n * step) / 1000).replace("-", "−") });
  }
  return ticks;
}

/** The least of 1, 2, 5 × 10ⁿ that is not below `value`; 1 for nothing. */
export function roundTop(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const top = [1, 2, 5, 10].find((factor) => factor * power >= value * (1 - 1e-9)) ?? 10;
  return Number((top * power).toPrecision(6));
}

export interface Label {
  /** Pixel at which the label's line stands; the text starts right of it. */
  readonly x: number;
  /** Pixels the text takes. */
  readonly width: number;
}

/**
 * A row for each label (0 on top), labels sorted by x. A label that would lie under an earlier one's text goes a row
 * below it, and its line starts there: so no text covers another and no line crosses a text.
 */
export function labelRows(labels: readonly Label[]): readonly number[] {
  const rows: number[] = [];
  for (const [index, label] of labels.entries()) {
    const above = labels
      .slice(0, index)
      .flatMap((other, at) => (other.x + other.width > label.x ? [rows[at] ?? 0] : []));
    rows.push(above.length === 0 ? 0 : Math.max(...above) + 1);
  }
  return rows;
}
