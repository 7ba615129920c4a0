// What a histogram of times says of one request whose times we measured ourselves.

import { figureText } from "./figure-text.ts";
import { quantileOf, type Buckets } from "./histogram.ts";
import type { Answered } from "./our-request.ts";
import type { Preset } from "./presets.ts";
import { failed, riseBetween, type Failed, type Look } from "./proof-looks.ts";
import { ofSignal, type Rows } from "./proof-rules.ts";
import { addRises } from "./rises.ts";

/** What a server measures can be longer than what we measure only by what clocks differ, s. */
const slack = 0.05;
/** Of times that differ by this factor one is in another unit. */
const otherUnit = 10;
/** A server's own time may be much shorter than ours, which a busy machine stretches; by this it is in another unit. */
const muchShorter = 500;

interface Timed {
  readonly before: Look;
  readonly after: Look;
  readonly answer: Answered;
  readonly rows: Rows;
  readonly threshold?: number;
}

/** Why a preset of a quantile or a mean cannot be used; undefined when it can. */
export function judgeTimes({ measure }: Preset, { before, after, answer, rows, threshold }: Timed): Failed | undefined {
  if (measure.kind !== "quantile" && measure.kind !== "mean") return undefined;
  const own = ofSignal(rows, measure.signal);
  const name = own[0]?.series ?? measure.signal;
  const { value, histogram } = addRises(own.map((row) => riseBetween(before, after, row)));
  if (value <= 0) return undefined;
  if (histogram === undefined) return failed("cannot-tell", `the bounds of the buckets of ${name} differ`);
  const { buckets, sum } = histogram;
  const oursMs = (measure.signal === "ttft" ? answer.firstTokenAt : undefined) ?? answer.endedAt;
  const ours = (oursMs - answer.sentAt) / 1000;
  const span = spanOf(buckets);
  const isGap = measure.signal === "inter-token";
  const wrong = wrongUnit(name, { isGap, ours, ...span, sum: value === 1 ? sum : undefined });
  if (wrong !== undefined) return wrong;
  if (measure.kind === "mean") return judgeSum(name, { buckets, sum, value, ours });
  const quantile = quantileOf(buckets, 0.5, threshold);
  if (quantile.ok) return undefined;
  const says = `of our request, which took ${figureText(ours)} s, ${name} says ${quantile.reason}`;
  return failed("cannot-tell", says);
}

interface Span {
  readonly lo: number;
  readonly hi: number;
}

/** The least and the most that the values may have been. */
function spanOf(buckets: Buckets): Span {
  const first = buckets.findIndex(({ count }) => count > 0);
  const last = buckets.findLast(({ count }) => count > 0);
  return { lo: first <= 0 ? 0 : (buckets[first - 1]?.upTo ?? 0), hi: last?.upTo ?? Infinity };
}

interface Claimed extends Span {
  readonly ours: number;
  /** Of one value alone. */
  readonly sum: number | undefined;
  /** Times between tokens are much shorter than the whole. */
  readonly isGap: boolean;
}

function wrongUnit(name: string, { ours, lo, hi, sum, isGap }: Claimed): Failed | undefined {
  const least = Math.max(lo, sum ?? 0);
  const most = Math.min(hi, sum ?? Infinity);
  const beside = `where we measured ${figureText(ours)} s`;
  if (least > otherUnit * (ours + slack)) {
    return failed("unit", `unit looks wrong: ${name} says ${figureText(least)} s or more, ${beside}`);
  }
  if (!isGap && ours > 2 * slack && most < ours / muchShorter) {
    return failed("unit", `unit looks wrong: ${name} says ${figureText(most)} s at most, ${beside}`);
  }
  if (lo > ours + slack) return failed("moved-wrong", `${name} says more than ${figureText(lo)} s, ${beside}`);
  return undefined;
}

interface Summed {
  readonly buckets: Buckets;
  readonly sum: number | undefined;
  readonly value: number;
  readonly ours: number;
}

/** A _sum that was observed lies where its buckets say, and hardly ever in their very middle. */
function judgeSum(name: string, { buckets, sum, value, ours }: Summed): Failed | undefined {
  if (sum === undefined) return failed("no-such-series", `there is no series ${name}_sum`);
  const bounds = buckets.map(({ upTo, count }, index) => ({ lo: buckets[index - 1]?.upTo ?? 0, hi: upTo, count }));
  const full = bounds.filter(({ count }) => count > 0);
  const add = (of: (one: Span) => number): number => full.reduce((total, one) => total + one.count * of(one), 0);
  const middle = add(({ lo, hi }) => (lo + hi) / 2);
  const isNear = (one: number): boolean => Math.abs(sum - one) <= 1e-9 * Math.max(1, Math.abs(one));
  if (Number.isFinite(middle) && isNear(middle)) {
    const says = `${name}_sum is made up from the middles of its buckets (${figureText(sum)}): no mean can be had of it`;
    return failed("cannot-tell", says);
  }
  if (sum < add(({ lo }) => lo) - 1e-9 || sum > add(({ hi }) => hi) + 1e-9) {
    return failed("moved-wrong", `${name}_sum moved by ${figureText(sum)}, which its buckets contradict`);
  }
  if (value === 1 && sum > ours + slack) {
    return failed("moved-wrong", `${name}_sum moved by ${figureText(sum)} s, where we measured ${figureText(ours)} s`);
  }
  return undefined;
}
