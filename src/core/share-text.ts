// A share as text, the same everywhere: in findings, on pages, in tables and on the live line. One that is not all is
// never written as 100 %, one that is not nothing never as 0 %.

import type { Share } from "./units.ts";

/** What arithmetic on shares may be off by; less than one request in the longest of runs. */
const noise = 1e-12;
/** One decimal: so many steps of text make a whole. */
const steps = 1000;

/**
 * A share as a percentage with at most one decimal, rounded to the nearest: `1.5 %`. Next to nothing is `< 0.1 %`,
 * almost all is `> 99.9 %`. Differences of shares may be negative: `−1.5 %`.
 */
export function shareText(share: Share): string {
  const size = Math.abs(share);
  const sign = share < 0 ? "−" : "";
  if (size <= noise) return "0 %";
  const rounded = Math.round(size * steps);
  if (rounded === 0) return share > 0 ? "< 0.1 %" : "> −0.1 %";
  if (rounded === steps && size < 1 - noise) return share > 0 ? "> 99.9 %" : "< −99.9 %";
  return `${sign}${rounded / 10} %`;
}

/**
 * A bound of an interval, rounded away from what lies inside: the lower one down, the upper one up. `> 0 %`, `< 100 %`
 * where that is all that can be said.
 */
export function shareBoundText(bound: Share, side: "lower" | "upper"): string {
  const away = side === "lower" ? Math.floor(bound * steps + 1e-9) : Math.ceil(bound * steps - 1e-9);
  const whole = away === 0 || Math.abs(away) === steps;
  const text = `${away < 0 ? "−" : ""}${Math.abs(away) / 10} %`;
  if (!whole || Math.abs(bound - away / steps) <= noise) return text;
  return side === "lower" ? `> ${text}` : `< ${text}`;
}

/** A measured share beside the bound that it is compared with: with as many decimals as it takes to tell them apart. */
export function shareBesideText(share: Share, bound: Share): string {
  const text = shareText(share);
  if (Math.abs(share - bound) <= noise || text !== shareText(bound)) return text;
  for (let decimals = 2; decimals <= 10; decimals += 1) {
    const finer = `${(100 * share).toFixed(decimals)} %`.replace("-", "−");
    if (finer !== `${(100 * bound).toFixed(decimals)} %`) return finer;
  }
  return text;
}
