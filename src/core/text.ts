// Numbers as words, the same everywhere: in findings, on pages, in tables and on the live line. A share that is not all
// is never written as 100 %, one that is not nothing never as 0 %.

import type { Ms, Share } from "./units.ts";

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

/**
 * A lower bound beside the share that it is to reach: rounded down, with as many decimals as it takes for one that
 * reaches it to be seen to.
 */
export function lowerBoundBesideText(bound: Share, aim: Share): string {
  const reaches = (share: Share): boolean => share >= aim - noise;
  for (let decimals = 1; reaches(bound) && decimals <= 10; decimals += 1) {
    const percent = Math.floor(bound * 100 * 10 ** decimals + 1e-9) / 10 ** decimals;
    if (reaches(percent / 100)) return decimals === 1 ? shareBoundText(bound, "lower") : `${percent} %`;
  }
  return shareBoundText(bound, "lower");
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

/** An instant or duration in seconds, rounded to the resolution, e.g. (2134, 100) → `2.1`. */
export function secondsText(ms: Ms, resolution: Ms): string {
  const decimals = Math.max(0, 3 - Math.round(Math.log10(resolution)));
  const seconds = (Math.round(ms / resolution) * resolution) / 1000;
  return (Object.is(seconds, -0) ? 0 : seconds).toFixed(decimals).replace("-", "−");
}

/** Two bounds as one; the dash between negative numbers would be read as a sign. */
export function intervalText(lo: string, hi: string): string {
  return lo.startsWith("−") || hi.startsWith("−") ? `${lo} to ${hi}` : `${lo}–${hi}`;
}

/** How much there is of something: `1 trial`, `3 trials`. For nouns whose plural ends in s. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[], before: "and" | "or" = "and"): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} ${before} ${last}`;
}

/** How long something was watched, in the greatest unit that leaves two digits: `110 s`, `12 min`, `2.5 h`. */
export function durationText(ms: Ms): string {
  const hour = 3_600_000;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  return ms < 2 * hour ? `${Math.round(ms / 60_000)} min` : `${(ms / hour).toFixed(1)} h`;
}

/** How long ago, in the greatest unit that fits: `3 days`, `5 h`, `12 min`. */
export function ageText(ms: Ms): string {
  const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
  if (ms < hour) return `${Math.max(1, Math.round(ms / minute))} min`;
  if (ms < 2 * day) return `${Math.round(ms / hour)} h`;
  return `${Math.floor(ms / day)} days`;
}
