// Reads one trace from where a stack keeps its own: OTLP/JSON as backends give it back, or flat rows. Nothing of it is
// believed: it is bounded in bytes, time, spans and words, and what makes no sense is left out.

import { ask, type AskHow } from "../lib/ask.ts";
import type { Ms } from "../core/units.ts";
import type { RequestTrace, TracedSpan } from "../records/timeline/traces.ts";
import { spansIn, type FoundSpan } from "./trace-shapes.ts";

/** One answer is there within this, or nobody waits for it any longer, ms. */
const traceWithinMs: Ms = 2_000;
/** A longer answer is not read, bytes; a span of a service is about a kilobyte. */
const longestTrace = 1024 * 1024;
/** Spans that are kept of a trace. */
const mostSpans = 40;
/** Longest text of a span, in UTF-16 units. */
const longestText = 120;
/** Spans deeper than this stand as deep as this. */
const deepest = 12;

/** How a trace is asked for. `mask` takes what must not be shown out of a text. */
interface TraceHow extends Pick<AskHow, "signal" | "allows"> {
  readonly mask: (text: string) => string;
}

/** One GET; says why when there are no spans. Never rejects. */
export async function readTrace(
  url: string,
  { mask, ...how }: TraceHow,
): Promise<Pick<RequestTrace, "spans" | "more" | "reason">> {
  const asked = await ask(url, { ...how, timeoutMs: traceWithinMs, longest: longestTrace });
  if (!asked.ok) return { reason: asked.says };
  if (asked.status === 404) return { reason: "the stack has no such trace, or no longer" };
  if (asked.status !== 200) return { reason: `answered ${asked.status}` };
  const found = spansIn(asked.text);
  if (found === undefined) return { reason: "the answer is neither OTLP as JSON nor a list of spans" };
  if (found.length === 0) return { reason: "the stack has no spans of it" };
  const spans = inOrder(found).map((span) => ({
    ...span,
    service: shortened(mask(span.service)),
    name: shortened(mask(span.name)),
    ...(span.error !== undefined && { error: shortened(mask(span.error)) }),
  }));
  const more = spans.length - mostSpans;
  return { spans: spans.slice(0, mostSpans), ...(more > 0 && { more }) };
}

function shortened(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** Callers before those that they called, and these by their start. A circle of callers is broken where it closes. */
function inOrder(found: readonly FoundSpan[]): readonly TracedSpan[] {
  const first = found.reduce((least, { startMs }) => Math.min(least, startMs), Infinity);
  const byId = new Map(found.map((span) => [span.spanId, span]));
  const called = new Map<FoundSpan | undefined, FoundSpan[]>();
  for (const span of [...byId.values()].toSorted((a, b) => a.startMs - b.startMs)) {
    const caller = byId.get(span.parentId);
    called.set(caller, [...(called.get(caller) ?? []), span]);
  }
  const ordered: TracedSpan[] = [];
  const placed = new Set<FoundSpan>();
  const place = (from: FoundSpan, fromDepth: number): void => {
    const waiting = [{ span: from, depth: fromDepth }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { span, depth } = next;
      if (placed.has(span)) continue;
      placed.add(span);
      const { service, name, startMs, durationMs, error } = span;
      const times = { since: rounded(startMs - first), duration: rounded(durationMs) };
      ordered.push({ service, name, depth: Math.min(depth, deepest), ...times, ...(error !== undefined && { error }) });
      const own = called.get(span) ?? [];
      waiting.push(...own.toReversed().map((one) => ({ span: one, depth: depth + 1 })));
    }
  };
  for (const root of called.get(undefined) ?? []) place(root, 0);
  for (const span of byId.values()) place(span, 0);
  return ordered;
}

/** To a thousandth of a millisecond: services' clocks tell no more. */
function rounded(ms: Ms): Ms {
  return Math.round(ms * 1000) / 1000;
}
