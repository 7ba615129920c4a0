// Which of the documents that the target acknowledged are gone, and how far back in time the loss reaches (RPO). From
// the timeline alone.

import type { DocumentFacts, DocumentLoss } from "../../records/facts/documents.ts";
import type { Mark, Span } from "../../records/interval.ts";
import { countWords } from "../../core/reasons.ts";
import type { ReadBackEvent, WriteEvent } from "../../records/timeline/documents.ts";
import type { Ms } from "../../core/units.ts";
import { spanBetween } from "../marks/spans.ts";
import { eventsOf, observedUntil } from "../windows/timeline-view.ts";
import type { Periods } from "../windows/timeline-view.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";

/**
 * What was written and what of it is gone, at the end of observing (before our way back) and after it. `reach` counts
 * back from t0. Undefined when no document was ever offered.
 */
export function documentFacts(
  timeline: readonly TimelineEvent[],
  { periods, t0 }: { readonly periods: Periods; readonly t0: Mark | undefined },
): DocumentFacts | undefined {
  const offered = eventsOf(timeline, "write");
  if (offered.length === 0) return undefined;
  const until = observedUntil(periods);
  const written = offered.filter((event) => event.ok);
  const looks = eventsOf(timeline, "read-back");
  const first = looks.filter((event) => event.at <= until);
  const second = looks.filter((event) => event.at > until);
  return {
    written: written.length,
    refused: offered.length - written.length,
    ...(offered.length > written.length && { refusedBy: countWords(offered.flatMap(whyNot)) }),
    silentMs: longestSilence(offered, periods.baselineFrom, Math.min(until, first[0]?.from ?? until)),
    ...(first.length > 0 && { atEnd: lossIn(written, first, { until, t0 }) }),
    ...(second.length > 0 && { afterRevert: lossIn(written, second, { until, t0 }) }),
  };
}

function whyNot({ ok, reason }: WriteEvent): string[] {
  return ok ? [] : [reason ?? "no reason given"];
}

/** From the end of one write to the begin of the next, over [from, to], ms. */
function longestSilence(offered: readonly WriteEvent[], from: Ms, to: Ms): Ms {
  const ends = [from, ...offered.map((event) => event.at)];
  const begins = [...offered.map((event) => event.from), to];
  return begins.reduce((longest, begin, index) => Math.max(longest, begin - (ends[index] ?? begin)), 0);
}

function lossIn(
  written: readonly WriteEvent[],
  looks: readonly ReadBackEvent[],
  { until, t0 }: { readonly until: Ms; readonly t0: Mark | undefined },
): DocumentLoss {
  // When a document was looked for several times, the last one counts.
  const found = new Map(looks.map((event) => [event.id, event.found]));
  const states = written.map((event) => found.get(event.id) ?? null);
  const reasons = new Map(looks.map((event) => [event.id, event.reason]));
  const blind = written.filter((_, index) => states[index] === null);
  const unseenBy = countWords(
    blind.map(({ id }) => (found.has(id) ? (reasons.get(id) ?? "no reason given") : "not looked for")),
  );
  const firstGone = states.indexOf(false);
  const lastGone = states.lastIndexOf(false);
  const counts = {
    gone: states.filter((state) => state === false).length,
    unseen: blind.length,
    ...(blind.length > 0 && { unseenBy }),
  };
  const [begin, end] = [written[firstGone], written[lastGone]];
  if (begin === undefined || end === undefined) return counts;
  const keptBefore = written[states.lastIndexOf(true, firstGone)];
  const keptAfter = written[states.indexOf(true, lastGone)];
  const from: Mark = { at: begin.at, lo: keptBefore?.from ?? written[0]?.from ?? begin.from, hi: begin.at };
  const to: Mark = { at: end.at, lo: end.from, hi: Math.max(end.at, keptAfter?.at ?? until) };
  const reach = backTo(from, t0);
  return { ...counts, ids: { first: begin.id, last: end.id }, window: { from, to }, ...(reach && { reach }) };
}

/** Never below zero: a loss that begins after the fault does not reach back at all. */
function backTo(from: Mark, t0: Mark | undefined): Span | undefined {
  const span = spanBetween(from, t0, "t0 − first document gone");
  if (span === undefined) return undefined;
  return { ...span, ms: Math.max(0, span.ms), lo: Math.max(0, span.lo), hi: Math.max(0, span.hi) };
}
