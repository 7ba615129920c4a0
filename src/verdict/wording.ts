// The words that findings share: windows, values and the conditions they broke, always with figures.

import { counted, secondsText, shareBoundText, shareText } from "../core/text.ts";
import { compileExpression } from "../language/expression.ts";
import { siteName } from "../core/controls.ts";
import type { SiteRef } from "../records/site.ts";
import type { Condition } from "../records/conditions.ts";
import type { EvidencePath, RunnerUp } from "../records/claim.ts";
import type { Ms } from "../core/units.ts";
import type { TrialFacts } from "../records/facts/facts.ts";
import type { WindowFact } from "../records/facts/windows.ts";
import type { ThresholdEvent } from "../records/timeline/threshold.ts";
import { confidenceText } from "../measure/statistics/sequential.ts";
import { scopeOf } from "../measure/windows/conditions.ts";
import { reasonBeside } from "./unseen.ts";

/** An instant or a budget, to a tenth of a second: `12.5 s`. */
export function seconds(ms: Ms): string {
  return `${secondsText(ms, 100)} s`;
}

/** A window or stretch: `12.5–13.0 s`. */
export function stretch({ from, to }: { readonly from: Ms; readonly to: Ms }): string {
  return `${secondsText(from, 100)}–${secondsText(to, 100)} s`;
}

/** `100 %, 95 % interval 20.5 % to 100 %`: bounds are rounded outwards. */
export function differenceText(
  { value, lo, hi }: { readonly value: number; readonly lo: number; readonly hi: number },
  confidence: number,
): string {
  const [from, to] = [shareBoundText(lo, "lower"), shareBoundText(hi, "upper")];
  return `${shareText(value)}, ${confidenceText(confidence)} interval ${from} to ${to}`;
}

/** A p-value with two digits, never 0: `p = 0.016`, `p < 0.0001`. */
export function chanceText(chance: number): string {
  return chance < 0.0001 ? "p < 0.0001" : `p = ${Number(chance.toPrecision(2))}`;
}

/**
 * A value with at most three decimals; more for one that would else be written as 0 or 1 and is neither (a share of
 * almost all).
 */
export function figure(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  const isPlain = (digits: string): boolean => Math.abs(Number(digits) - value) < 1e-12 || Number(digits) % 1 !== 0;
  const digits = [3, 4, 5, 6, 9, 12].map((decimals) => value.toFixed(decimals)).find(isPlain) ?? value.toFixed(3);
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}

/** `users.slow_share was 0.55`, for every name of the expression that was seen. */
export function observed(
  expression: string,
  values: Readonly<Record<string, number>>,
  baseline: Readonly<Record<string, number>>,
  reasons?: WindowFact["reasons"],
): string {
  const compiled = compileExpression(expression);
  if (!compiled.ok) return `“${expression}” does not compile`;
  const scope = scopeOf(values, baseline);
  const seen = compiled.expression.names.map((name) => {
    const value = scope(name);
    const known = value === undefined ? `${name} was not seen` : `${name} was ${figure(value)}`;
    return known + reasonBeside(name, reasons);
  });
  return seen.join(", ");
}

/**
 * `users.slow_share was 0.55 in 12.5–13.0 s (bound: users.slow_share <= 0.15)`, for each condition that a window broke.
 */
export function breach(window: WindowFact, conditions: readonly Condition[], facts: TrialFacts): string {
  const broken = conditions.filter((condition) => window.broken.includes(condition.name));
  const said = broken.map(
    ({ expression }) =>
      `${observed(expression, window.values, facts.baseline, window.reasons)} in ${stretch(window)} (bound: ${expression})`,
  );
  return said.length === 0 ? `the window ${stretch(window)} was ${window.state}` : said.join("; ");
}

/** Sites in words: `gateway→inference-1`, several joined by commas. */
export function places(sites: readonly SiteRef[]): string {
  return sites.length === 0 ? "no site" : sites.map(siteName).join(", ");
}

/** `runner-up: replica-slow 20 %`, at most three of them, the likeliest first; nothing when there is none. */
export function runnersUpText(runnersUp: readonly RunnerUp[] = []): string {
  const all = runnersUp.toSorted((one, other) => other.confidence - one.confidence);
  const named = all.slice(0, 3).map((each) => `${each.class} ${shareText(each.confidence)}`);
  const more = all.length > named.length ? `, and ${all.length - named.length} more` : "";
  return named.length === 0 ? "" : `runner-up: ${named.join(", ")}${more}`;
}

/** `path slower-than-siblings: gateway → vector, root vector-1, after set-weights vector-2 to 0`. */
export function evidenceText(evidence?: EvidencePath): string {
  if (evidence === undefined) return "";
  const { root, signals, edges, changes } = evidence;
  const way = edges.length === 0 ? [] : [[edges[0]?.from ?? "", ...edges.map(({ to }) => to)].join(" → ")];
  const names = [...new Set(signals.map(({ name }) => name))].join(" and ");
  const after =
    changes.length === 0 ? [] : [`after ${changes.map(({ what, by }) => `${what} by ${by}`).join(" and ")}`];
  return `path ${[[names, ...way].filter(Boolean).join(": "), `root ${root.replica ?? root.service}`, ...after].join(", ")}`;
}

/** `threshold http_req_duration p(95)<500 of scripted: 812.3 over 240 samples`. */
export function thresholdText({ metric, expression, stream, samples, value }: ThresholdEvent): string {
  const what = `threshold ${metric} ${expression}${stream === undefined ? "" : ` of ${stream}`}`;
  return `${what}: ${value === undefined ? "no samples" : `${figure(value)} over ${counted(samples, "sample")}`}`;
}
