// Durations between marks: interval arithmetic, and how to write a figure without more digits than it has.

import { intervalText, secondsText } from "../../core/text.ts";
import type { Ms } from "../../core/units.ts";
import type { Mark, Span } from "../../records/interval.ts";

/** `to − from` with the widest interval that both marks allow; undefined when either is missing. */
export function spanBetween(from: Mark | undefined, to: Mark | undefined, formula: string): Span | undefined {
  if (from === undefined || to === undefined) return undefined;
  return { ms: to.at - from.at, lo: to.lo - from.hi, hi: to.hi - from.lo, formula };
}

/**
 * For a span whose end follows from its beginning (a recovery from its fault): what is known of it is never below zero.
 */
export function forward(span: Span | undefined): Span | undefined {
  return span === undefined ? undefined : { ...span, ms: Math.max(0, span.ms), lo: Math.max(0, span.lo) };
}

/** The same between marks that are both there. */
export function lasting(from: Mark, to: Mark, formula: string): Span {
  return forward(spanBetween(from, to, formula)) ?? { ms: 0, lo: 0, hi: 0, formula };
}

/** An instant of ours, ms: nothing about it is uncertain. */
export function exactly(at: Ms): Mark {
  return { at, lo: at, hi: at };
}

/**
 * The power of ten of milliseconds in which a figure with this interval may be written: the place of the first digit of
 * its half-width, as in 3.9 ± 0.6; never below 1 ms.
 */
export function resolutionMs(lo: Ms, hi: Ms): Ms {
  const halfWidth = Math.max(1, (hi - lo) / 2);
  return 10 ** Math.floor(Math.log10(halfWidth) + 1e-9);
}

/**
 * `2.1 s (1.9–2.3)`: the figure and its interval, none with more digits than the interval allows. The bounds are
 * rounded outwards, so that writing never narrows what is known; without an interval the figure stands alone.
 */
export function formatSpan(span: Pick<Span, "ms" | "lo" | "hi">): string {
  const resolution = resolutionMs(span.lo, span.hi);
  const text = `${secondsText(span.ms, resolution)} s`;
  if (span.hi - span.lo < 1) return text;
  const lo = Math.floor(span.lo / resolution + 1e-9) * resolution;
  const hi = Math.ceil(span.hi / resolution - 1e-9) * resolution;
  return `${text} (${intervalText(secondsText(lo, resolution), secondsText(hi, resolution))})`;
}
