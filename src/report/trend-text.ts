// Trends of MTTR on a terminal: a line of marks, its limits, and what is out of them.

import { counted, secondsText } from "../core/text.ts";
import type { Trend } from "../verdict/trend.ts";
import { nameAmong } from "./chosen-settings.ts";
import { oneLine } from "./text.ts";

const marks = "▁▂▃▄▅▆▇█";
/** So many of the newest runs are drawn. */
const mostDrawn = 60;

/** Some lines for each intent. */
export function trendLines(trends: readonly Trend[]): readonly string[] {
  if (trends.length === 0) return ["no treatment trial that tells of a recovery is in the history"];
  return trends.flatMap((trend) => linesOf(trend, nameAmong(trend, trends)));
}

function linesOf({ points, limits, outside, changes }: Trend, name: string): readonly string[] {
  const last = points.at(-1);
  const usual =
    limits === undefined
      ? "too few runs since then for limits (8)"
      : `usual ${seconds(limits.centre)}, limits ${seconds(limits.lo)} to ${seconds(limits.hi)}`;
  return [
    oneLine(`${name}: MTTR over ${counted(points.length, "run")}`),
    `  ${drawn(points.map(({ ms }) => ms))}  last ${seconds(last?.ms ?? 0)}; ${usual}`,
    ...changes.map(({ run, started }) => `  ${oneLine(`a new level from ${run} on (${started.slice(0, 10)})`)}`),
    ...outside.map(({ run, ms }) => `  ${oneLine(`outside the limits: ${run}, ${seconds(ms)}`)}`),
  ];
}

function drawn(all: readonly number[]): string {
  const values = all.slice(-mostDrawn);
  const [lo, hi] = [Math.min(...values), Math.max(...values)];
  const at = (ms: number): number => (hi === lo ? 0 : Math.round(((ms - lo) / (hi - lo)) * (marks.length - 1)));
  return values.map((ms) => marks[at(ms)] ?? "").join("");
}

function seconds(ms: number): string {
  return `${secondsText(ms, 10)} s`;
}
