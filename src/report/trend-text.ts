// Trends of MTTR in words, and on a terminal: a line of marks, its limits, and what is out of them.

import { counted, secondsText } from "../core/text.ts";
import { fewestForLimits } from "../measure/statistics/control-chart.ts";
import type { Trend } from "../verdict/trend.ts";
import { nameAmong } from "./chosen-settings.ts";
import { oneLine } from "./text.ts";

const marks = "▁▂▃▄▅▆▇█";
/** Of a run that took longer than it was watched. */
const longer = "↑";
/** So many of the newest runs are drawn. */
const mostDrawn = 60;

/** Some lines for each intent. */
export function trendLines(trends: readonly Trend[]): readonly string[] {
  if (trends.length === 0) return ["no treatment trial that tells of a recovery is in the history"];
  return trends.flatMap((trend) => linesOf(trend, nameAmong(trend, trends)));
}

function linesOf(trend: Trend, name: string): readonly string[] {
  const { points } = trend;
  const [says = "", ...more] = trendSentences(trend);
  return [
    oneLine(`${name}: MTTR over ${counted(points.length, "run")}`),
    `  ${drawn(points)}  ${says}`,
    ...more.map((line) => `  ${oneLine(line)}`),
  ];
}

/** The last time and what is usual; then a line for each change of level, and for each run outside the limits. */
export function trendSentences({ points, limits, outside, changes }: Trend): readonly string[] {
  const last = points.at(-1);
  const recovered = points.some(({ censored }) => censored) ? " that recovered" : "";
  const usual =
    limits === undefined
      ? `too few runs${recovered} since then for limits (${fewestForLimits})`
      : `usual ${trendSeconds(limits.centre)}, limits ${trendSeconds(limits.lo)} to ${trendSeconds(limits.hi)}`;
  return [
    `last ${last === undefined ? "–" : pointText(last)}; ${usual}`,
    ...changes.map(({ run, started }) => `a new level from ${run} on (${started.slice(0, 10)})`),
    ...outside.map((point) => `outside the limits: ${point.run}, ${pointText(point)}`),
  ];
}

/** `> 20.00 s (longer than watched)` where the time is only the least that it took. */
export function pointText({ ms, censored }: Pick<Trend["points"][number], "ms" | "censored">): string {
  return censored ? `> ${trendSeconds(ms)} (longer than watched)` : trendSeconds(ms);
}

function drawn(all: Trend["points"]): string {
  const points = all.slice(-mostDrawn);
  const values = points.map(({ ms }) => ms);
  const [lo, hi] = [Math.min(...values), Math.max(...values)];
  const at = (ms: number): number => (hi === lo ? 0 : Math.round(((ms - lo) / (hi - lo)) * (marks.length - 1)));
  return points.map(({ ms, censored }) => (censored ? longer : (marks[at(ms)] ?? ""))).join("");
}

/** To a hundredth of a second, or what `resolution` says, ms. */
export function trendSeconds(ms: number, resolution = 10): string {
  return `${secondsText(ms, resolution)} s`;
}
