// What the stack's processes wrote around each mark.

import type { Ms } from "../core/units.ts";
import type { MarkName } from "../records/facts/marks.ts";
import type { TrialFacts } from "../records/facts/facts.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";
import type { LogEvent } from "../records/timeline/log.ts";
import { sinceText } from "./moments.ts";
import { leftWords, type TimelineLeft } from "./timeline-left.ts";
import type { Origin } from "./plot-series.ts";

/** Lines that were written so long before a mark or after it belong to it, ms. */
const aroundMs: Ms = 1500;
/** Lines that are shown of one stretch: those nearest to its marks. */
const mostLines = 40;

/** Marks whose stretches overlap share one. */
interface LogStretch {
  /** `t2, t2c, t3`. */
  readonly marks: string;
  /** ms from the origin: the first mark. */
  readonly since: Ms;
  readonly lines: readonly { readonly since: Ms; readonly when: string; readonly says: string }[];
  /** Lines that are not shown, or were never kept. */
  readonly more: number;
}

/** null: no log was kept. Empty: nothing was written around any mark. */
export function logStretches(
  { marks }: Pick<TrialFacts, "marks">,
  timeline: readonly TimelineEvent[],
  origin: Origin,
): readonly LogStretch[] | null {
  const logs = timeline.filter((event): event is LogEvent => event.kind === "log");
  if (logs.length === 0) return null;
  return stretchesOf(marks).flatMap(({ names, ats, from, to }) => {
    const own = logs.filter((log) => log.at >= from && log.from <= to);
    const lines = own.flatMap((log) => log.lines.map((says) => ({ log, says })));
    const more = own.reduce((sum, log) => sum + (log.more ?? 0), Math.max(0, lines.length - mostLines));
    const [first] = ats;
    if (lines.length + more === 0 || first === undefined) return [];
    const shown = nearest(lines, ats).map(({ log, says }) => ({ ...momentOf(log, origin), says }));
    return [{ marks: names.join(", "), since: first - origin.at, lines: shown, more }];
  });
}

/** Why nothing is shown; "" where something is. Nothing kept and nothing written are two matters. */
export function noLogSentence(log: readonly LogStretch[] | null, left: TimelineLeft): string {
  if (log !== null && log.length > 0) return "";
  if (left !== "whole") return `${leftWords[left]}, so what the stack wrote is not known.`;
  if (log === null) return "No output of the stack was kept.";
  return log.length === 0 ? "The stack wrote nothing around a mark." : "";
}

/** What lies nearest to a mark, in order; where marks share a stretch each has its part. */
function nearest<Line extends { readonly log: LogEvent }>(lines: readonly Line[], ats: readonly Ms[]): readonly Line[] {
  if (lines.length <= mostLines) return lines;
  const places = lines.map(() => Infinity);
  for (const at of ats) {
    // A look that spans the mark is at it.
    const away = lines.map(({ log }) => Math.max(0, log.from - at, at - log.at));
    const order = [...lines.keys()].toSorted((a, b) => (away[a] ?? 0) - (away[b] ?? 0));
    for (const [place, n] of order.entries()) places[n] = Math.min(places[n] ?? Infinity, place);
  }
  const first = [...lines.keys()].toSorted((a, b) => (places[a] ?? 0) - (places[b] ?? 0)).slice(0, mostLines);
  const kept = new Set(first);
  return lines.filter((_, n) => kept.has(n));
}

/** Between the two looks; the point is the later. */
function momentOf({ from, at }: LogEvent, origin: Origin): { readonly since: Ms; readonly when: string } {
  const since = at - origin.at;
  return { since, when: `${sinceText(from - origin.at)} to ${sinceText(since)}` };
}

interface Stretch {
  readonly names: readonly string[];
  readonly ats: readonly Ms[];
  readonly from: Ms;
  readonly to: Ms;
}

function stretchesOf(marks: TrialFacts["marks"]): readonly Stretch[] {
  const single = Object.entries(marks)
    .flatMap(([name, mark]) => (mark === undefined ? [] : [{ name: name as MarkName, mark }]))
    .map(({ name, mark }): Stretch => ({
      names: [name],
      ats: [mark.at],
      from: mark.lo - aroundMs,
      to: mark.hi + aroundMs,
    }))
    .toSorted((a, b) => a.from - b.from);
  const joined: Stretch[] = [];
  for (const one of single) {
    const last = joined.at(-1);
    if (last === undefined || one.from > last.to) joined.push(one);
    else {
      const [names, ats] = [
        [...last.names, ...one.names],
        [...last.ats, ...one.ats],
      ];
      joined[joined.length - 1] = { names, ats, from: last.from, to: Math.max(last.to, one.to) };
    }
  }
  return joined;
}
