// The instant of one change in a row of samples, each of which saw it good or bad, as an interval: sharp
// to one gap between samples when the change was total, wider when only a share of them was hit or when some were bad
// anyway.

import type { Ms } from "../../core/units.ts";
import type { Mark } from "../../records/interval.ts";
import { logFactorial } from "../statistics/log-factorial.ts";

/** One sample at one thing (a request, a probe): what it saw was so at some instant between `from` and `at`, ms. */
export interface Sample {
  readonly from: Ms;
  readonly at: Ms;
  readonly bad: boolean;
}

/** What is asked of a row of samples. */
export interface ChangeAsked {
  readonly to: "bad" | "good";
  /** The change lies in here, ms. */
  readonly within: { readonly from: Ms; readonly to: Ms };
  /**
   * Prior probability that on one side of the change every sample is of one kind; the rest says "a few" or any share.
   */
  readonly allOrNone: number;
}

/** Posterior probability left out on either side of the interval. */
const tail = 0.002;

/**
 * Posterior of the change instant with a uniform prior over time (A. F. M. Smith, Biometrika 62, 1975, 407–416), the
 * shares of bad samples before and after integrated out. A change between two neighbouring samples came after the begin
 * of the first and before the end of the second, so the interval runs from the begin of the last sample that may have
 * seen the old state to the end of the first that must have seen the new one; `at` is the posterior's mean. Undefined
 * without a sample of the new kind or of the old one.
 */
export function changeMark(samples: readonly Sample[], { to, within, allOrNone }: ChangeAsked): Mark | undefined {
  const row = samples.map((sample) => ({
    ...sample,
    middle: (sample.from + sample.at) / 2,
    isNew: sample.bad === (to === "bad"),
  }));
  row.sort((a, b) => a.middle - b.middle);
  const fresh = row.filter(({ isNew }) => isNew).length;
  if (fresh === 0 || fresh === row.length) return undefined;
  const edges = [within.from, ...row.map(({ middle }) => clamp(middle, within)), within.to];
  let newBefore = 0;
  const gaps = [...row, undefined].map((sample, index) => {
    const [left, right] = [edges[index] ?? within.from, edges[index + 1] ?? within.to];
    const oldAfter = row.length - index - (fresh - newBefore);
    const log = logEvidence(newBefore, index, allOrNone) + logEvidence(oldAfter, row.length - index, allOrNone);
    if (sample?.isNew === true) newBefore += 1;
    return { index, middle: (left + right) / 2, length: Math.max(0, right - left), log };
  });
  const posterior = normalised(gaps);
  if (posterior === undefined) return undefined;
  const mean = posterior.reduce((sum, { share, middle }) => sum + share * middle, 0);
  const [first, last] = [quantileGap(posterior, tail), quantileGap(posterior.toReversed(), tail)];
  const lo = Math.min(row[first - 1]?.from ?? within.from, mean);
  const hi = Math.max(row[last]?.at ?? within.to, mean);
  return { at: microseconds(mean), lo: Math.floor(lo * 1000) / 1000, hi: Math.ceil(hi * 1000) / 1000 };
}

/** More digits would be noise in the record. */
function microseconds(ms: Ms): Ms {
  return Math.round(ms * 1000) / 1000;
}

interface Gap {
  /** Number of samples before the change. */
  readonly index: number;
  readonly middle: Ms;
  readonly length: Ms;
  readonly log: number;
}

type WeightedGap = Gap & { readonly share: number };

/** The share of strangers is Beta(1, this) where there are a few: 5 % on average. */
const fewShape = 19;

/**
 * log ∫ P(these samples | share) d prior(share), with `strangers` samples of the other kind among `of`. Where not all
 * are of one kind the share is as likely Beta(1, 19) (a few are bad anyway) as uniform (a share is hit).
 */
function logEvidence(strangers: number, of: number, allOrNone: number): number {
  const beta = (shape: number): number =>
    shape * Math.exp(logFactorial(strangers) + logFactorial(of - strangers + shape - 1) - logFactorial(of + shape));
  const mixed = ((1 - allOrNone) * (beta(1) + beta(fewShape))) / 2;
  return Math.log(strangers > 0 ? mixed : allOrNone + mixed);
}

function normalised(gaps: readonly Gap[]): WeightedGap[] | undefined {
  const open = gaps.filter(({ length }) => length > 0);
  const top = Math.max(...open.map(({ log }) => log));
  const weights = open.map((gap) => gap.length * Math.exp(gap.log - top));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) return undefined;
  return open.map((gap, index) => ({ ...gap, share: (weights[index] ?? 0) / total }));
}

/** Index of the first gap at which the shares passed so far exceed `left`. */
function quantileGap(posterior: readonly WeightedGap[], left: number): number {
  let passed = 0;
  for (const { share, index } of posterior) {
    passed += share;
    if (passed > left) return index;
  }
  return posterior.at(-1)?.index ?? 0;
}

function clamp(at: Ms, { from, to }: ChangeAsked["within"]): Ms {
  return Math.min(to, Math.max(from, at));
}
