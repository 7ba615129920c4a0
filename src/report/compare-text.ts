// A comparison of two sets of runs on a terminal.

import { counted, secondsText } from "../core/text.ts";
import { pText } from "../measure/statistics/p-text.ts";
import type { TimeRatio } from "../measure/statistics/interval-times.ts";
import type { ComparedPair, Comparison } from "../verdict/compare-rows.ts";
import { nameAmong } from "./chosen-settings.ts";
import { oneLine } from "./text.ts";

type Side = ComparedPair["before"];

/** A line for each time of each intent, then what was not compared, and the machine. */
export function comparisonLines(comparison: Comparison): readonly string[] {
  const { pairs, notes, machine } = comparison;
  const nameOf = (pair: ComparedPair): string => nameAmong(pair, pairs);
  const widths = [pairs.map(nameOf), pairs.map(({ verdict }) => verdict)].map((texts) =>
    Math.max(0, ...texts.map(({ length }) => length)),
  );
  const [nameWidth = 0, verdictWidth = 0] = widths;
  return [
    ...pairs.map((pair) => {
      const head = `${nameOf(pair).padEnd(nameWidth, "\u00a0")}  ${pair.time.toUpperCase()}`;
      return `${head}  ${pair.verdict.padEnd(verdictWidth, "\u00a0")}  ${pairText(pair)}`;
    }),
    ...(pairs.length === 0 ? ["nothing to compare: no treatment trial of the same plan tells on both sides"] : []),
    ...notes,
    machineText(machine),
    verdictText(comparison),
  ].map(oneLine);
}

/** `1.52 times as long (95 % 1.31–1.78), 6.0 s → 9.1 s, 20 and 20 trials, p = 0.002`. */
function pairText({ before, after, ratio, normalised, p, because }: ComparedPair): string {
  const speed = normalised === undefined ? "" : `, ${timesText(normalised)} by the machine's speed`;
  const why = because === undefined ? "" : `: ${because}`;
  return (
    `${ratioText(ratio)}${speed}; median ${medianText(before)} → ${medianText(after)}; ` +
    `${before.n} and ${counted(after.n, "trial")}, p ${pText(p)}${spreadText(before, after)}${why}`
  );
}

function ratioText(ratio: TimeRatio): string {
  return `${timesText(ratio)} as long (95 % ${numberText(ratio.lo)}–${numberText(ratio.hi)})`;
}

/** What was not watched to its end has a bound and no number. */
function timesText({ ratio, known: { least, most } = { least: ratio, most: ratio } }: TimeRatio): string {
  if (least === most) return `${numberText(ratio)} times`;
  if (least > 0 && most < Infinity) return `${numberText(least)} to ${numberText(most)} times`;
  if (least > 0) return `at least ${numberText(least)} times`;
  return most < Infinity ? `at most ${numberText(most)} times` : "not known how many times";
}

function numberText(ratio: number): string {
  return ratio === Infinity ? "∞" : ratio.toFixed(2);
}

function medianText({ medianMs, n, censored }: Side): string {
  const text = medianMs === Infinity ? "not within what was watched" : `${secondsText(medianMs, 10)} s`;
  return censored === 0 ? text : `${text} (${censored} of ${n} did not end)`;
}

/** For whoever wants to know what so many trials could have shown: see reports/README.md. */
function spreadText({ spread: b }: Side, { spread: a }: Side): string {
  return b === undefined || a === undefined ? "" : `, spread ${b.toFixed(2)} and ${a.toFixed(2)}`;
}

function machineText(machine: number | undefined): string {
  if (machine === undefined) return "machine: not timed in every run, so that times are as measured";
  const percent = Math.round(Math.abs(machine - 1) * 100);
  if (percent < 1) return "machine: as quick as before";
  return `machine: ${percent} % ${machine > 1 ? "slower" : "quicker"} than before, by a fixed piece of work`;
}

/** The headline: how many of each. */
function verdictText({ pairs }: Comparison): string {
  const n = (verdict: ComparedPair["verdict"]): number => pairs.filter((pair) => pair.verdict === verdict).length;
  const parts = [counted(n("regression"), "regression"), counted(n("improvement"), "improvement")];
  return `${parts.join(", ")}, ${n("no evidence")} without evidence`;
}
