// Places the transition of a view from good to bad, or back, inside the windows that show it: by the single requests
// and probe samples of the conditions that changed. Windows say that it changed, samples say when.

import type { ReadingEvent } from "../../records/timeline/reading.ts";
import type { Ms } from "../../core/units.ts";
import { userNameOf } from "../../core/user-probes.ts";
import type { WindowFact } from "../../records/facts/windows.ts";
import type { Mark } from "../../records/interval.ts";
import { changeMark } from "./change-point.ts";
import type { Sample } from "./change-point.ts";
import { probeRow, requestRows } from "./condition-samples.ts";
import type { SampleRow } from "./condition-samples.ts";
import { scopeOf } from "../windows/conditions.ts";
import type { CompiledCondition } from "../windows/conditions.ts";
import type { StreamRequests } from "../windows/stream-tails.ts";
import { exitState } from "../windows/runs.ts";
import type { View } from "../windows/runs.ts";

/** What transitions are placed by; requests by settling instant, readings by their end. */
export interface TransitionSource {
  readonly windows: readonly WindowFact[];
  readonly conditions: readonly CompiledCondition[];
  readonly baseline: Readonly<Record<string, number>>;
  /** Windows looked at on either side of the transition. */
  readonly reach: number;
  /** Requests of a stream, undefined names the default stream; undefined when the trial has no such stream. */
  stream(name: string | undefined): StreamRequests | undefined;
  readings(from: Ms, to: Ms): readonly ReadingEvent[];
}

/**
 * The transition that shows in window number `index`: the first bad one after a good one, or the first good one of a
 * row.
 */
export interface Transition {
  readonly view: View;
  readonly index: number;
  readonly to: "bad" | "good";
}

/**
 * Requests may be hit by chance, so that half the belief goes to "only a share of them"; a probe that counts replicas
 * or compares files sees what is there, and a thousandth is left for one that samples.
 */
const allOrNone = { requests: 0.5, probes: 0.999 } as const;

/**
 * Fewest samples on either side that `reach` has to cover, where the rate allows it; 64 good ones leave a share under
 * 0.02 %.
 */
export const samplesWanted = 64;

/** The transition as an interval; undefined when samples cannot tell it, so that windows have to. */
export function transitionMark(source: TransitionSource, transition: Transition): Mark | undefined {
  const stretch = stretchOf(source, transition);
  if (stretch === undefined) return undefined;
  const changed = source.conditions.filter((condition) => hasChanged(source, condition, transition));
  const marks = [
    ...changed,
    ...(transition.to === "good" && transition.view === "state" ? brokenBySample(source, transition, changed) : []),
  ].map((condition) => conditionMark(source, condition, { transition, stretch }));
  return marks.length === 0 || marks.includes(undefined)
    ? undefined
    : together(
        marks.flatMap((mark) => mark ?? []),
        transition,
      );
}

/** Of several conditions the first that broke makes the impact, and the last that came back the recovery. */
function together(marks: readonly Mark[], { to }: Transition): Mark {
  const pick = to === "bad" ? Math.min : Math.max;
  return {
    at: pick(...marks.map(({ at }) => at)),
    lo: pick(...marks.map(({ lo }) => lo)),
    hi: pick(...marks.map(({ hi }) => hi)),
  };
}

/** Where samples are taken from, and where the change may lie, ms. */
interface Stretch {
  readonly from: Ms;
  readonly to: Ms;
  readonly within: { readonly from: Ms; readonly to: Ms };
}

/**
 * On the old side as far as the windows were of one kind, and on the new side, too; both within reach. The change may
 * lie before the window that showed it (some windows of a partial outage look good by luck), or after it on the way
 * out.
 */
function stretchOf({ windows, reach }: TransitionSource, { view, index, to }: Transition): Stretch | undefined {
  const isGood = (at: number): boolean => {
    const window = windows[at];
    return window !== undefined && (to === "bad" ? window[view] : exitState(window, view)) === "good";
  };
  const oldKind = to === "bad";
  let first = index;
  // Too few requests settle in a window while latency climbs: unseen windows before an impact may hold its begin.
  const isOld = (at: number): boolean => (oldKind ? windows[at]?.[view] !== "bad" : !isGood(at));
  while (first > 0 && index - first < reach && (first === index || isOld(first - 1))) first -= 1;
  let last = index;
  while (last - index < reach && windows[last + 1] !== undefined && isGood(last + 1) !== oldKind) last += 1;
  const [own, begin, end] = [windows[index], windows[first], windows[last]];
  if (own === undefined || begin === undefined || end === undefined || first === index) return undefined;
  const near = windows[Math.max(first, index - 2)] ?? begin;
  const within = to === "bad" ? { from: begin.from, to: own.to } : { from: near.from, to: end.to };
  return { from: begin.from, to: end.to, within };
}

/** Broken in the window that turned bad, or in the one before it turned good. */
function hasChanged(
  { windows, baseline }: TransitionSource,
  condition: CompiledCondition,
  { view, index, to }: Transition,
): boolean {
  if (view === "users" && condition.view !== "users") return false;
  const window = windows[to === "bad" ? index : index - 1];
  if (window === undefined) return false;
  const ask = to === "bad" ? condition.evaluate : condition.evaluateExit;
  const answer = ask(scopeOf(window.values, baseline));
  return answer.ok && answer.value === false;
}

/** State conditions that no window showed broken, but a sample just before the transition did. */
function brokenBySample(
  source: TransitionSource,
  { index }: Transition,
  changed: readonly CompiledCondition[],
): CompiledCondition[] {
  const [before, own] = [source.windows[index - 1] ?? source.windows[index], source.windows[index]];
  if (before === undefined || own === undefined) return [];
  return source.conditions.filter(
    (condition) =>
      condition.view === "state" &&
      !changed.includes(condition) &&
      rowOfProbes(source, condition, { from: before.from, to: own.to, back: true }).some(({ bad }) => bad),
  );
}

function conditionMark(
  source: TransitionSource,
  condition: CompiledCondition,
  { transition, stretch }: { readonly transition: Transition; readonly stretch: Stretch },
): Mark | undefined {
  const rows = rowsOf(source, condition, { transition, stretch }).map((row) => trimmed(row, transition, stretch));
  const most = Math.max(0, ...rows.map(badCount));
  const prior = condition.view === "users" ? allOrNone.requests : allOrNone.probes;
  const marks = rows
    .filter((row) => badCount(row) > 0 && 3 * badCount(row) >= most)
    .map((row) => changeMark(row, { to: transition.to, within: stretch.within, allOrNone: prior }));
  return marks.length === 0 || marks.includes(undefined)
    ? undefined
    : together(
        marks.flatMap((mark) => mark ?? []),
        transition,
      );
}

function badCount(row: SampleRow): number {
  return row.filter(({ bad }) => bad).length;
}

function rowsOf(
  source: TransitionSource,
  condition: CompiledCondition,
  { transition, stretch: { from, to } }: { readonly transition: Transition; readonly stretch: Stretch },
): readonly SampleRow[] {
  if (condition.view === "state") {
    // One that mixes users and probes has no samples of its own.
    if (condition.names.some((name) => name.startsWith("users."))) return [];
    return [rowOfProbes(source, condition, { from, to, back: transition.to === "good" })];
  }
  const names = condition.names.flatMap((name) => userNameOf(name) ?? []);
  const rows = [...new Set(names.map(({ stream }) => stream))].map((name) => {
    const stream = source.stream(name);
    const asked = names.filter((each) => each.stream === name).map(({ probe }) => probe);
    // A request that hurts at intended + slow_over may have been settled that much earlier.
    return stream && requestRows(asked, stream.requests(from - stream.slowOverMs, to), stream.slowOverMs);
  });
  // What single requests of one stream cannot tell, those of another one cannot either.
  return rows.some((own) => own === undefined || own.length === 0) ? [] : rows.flatMap((own) => own ?? []);
}

function rowOfProbes(
  source: TransitionSource,
  condition: CompiledCondition,
  { from, to, back }: { readonly from: Ms; readonly to: Ms; readonly back: boolean },
): SampleRow {
  const { windows, baseline } = source;
  const first = windows[0];
  if (first === undefined) return [];
  const scopeAt = (reading: ReadingEvent) => {
    if (!reading.reading.ok) return undefined;
    const window = windows[Math.floor((reading.at - first.from) / (first.to - first.from))];
    return scopeOf({ ...window?.values, [reading.probe]: reading.reading.value }, baseline);
  };
  return probeRow(condition, source.readings(from, to), { scopeAt, back });
}

/**
 * Without what belongs to another transition: after the last bad sample on the way in, before the first one on the way
 * out.
 */
function trimmed(row: SampleRow, { to }: Transition, stretch: Stretch): Sample[] {
  const inside = row.filter(({ at }) => at >= stretch.from && at <= stretch.to).sort((a, b) => a.at - b.at);
  if (to === "good")
    return inside.slice(
      Math.max(
        0,
        inside.findIndex(({ bad }) => bad),
      ),
    );
  return inside.slice(0, inside.findLastIndex(({ bad }) => bad) + 1);
}
