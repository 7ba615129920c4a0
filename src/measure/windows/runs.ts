// Runs of windows: k bad ones (of n) make an impact, good ones for the hold make a recovery.

import type { SteadyState } from "../../records/conditions.ts";
import type { Ms } from "../../core/units.ts";
import type { WindowFact } from "../../records/facts/windows.ts";

/** Whose steady state is asked: the users' conditions alone, or all of them. */
export type View = "users" | "state";

/** `badAfter` bad windows make an impact, among `badOf` windows; in a row when `badOf` is absent. */
export type BadRun = Pick<SteadyState, "badAfter" | "badOf">;

/** Index of the first bad window at or after index `from` that begins an impact; an unseen window is no bad one. */
export function firstBadRun(
  windows: readonly WindowFact[],
  view: View,
  { badAfter, badOf = badAfter }: BadRun,
  from: number,
): number | undefined {
  const bad: number[] = [];
  for (let index = Math.max(0, from); index < windows.length; index += 1) {
    if (windows[index]?.[view] !== "bad") continue;
    bad.push(index);
    const first = bad[bad.length - badAfter];
    if (first !== undefined && index - first < badOf) return first;
  }
  return undefined;
}

/**
 * True when a bad window and unseen ones beside it would make an impact, had those been bad too: then nobody saw that
 * there was none.
 */
export function mayHaveBroken(windows: readonly WindowFact[], { badAfter, badOf = badAfter }: BadRun): boolean {
  return windows.some((_, first) => {
    const states = windows.slice(first, first + badOf).map(({ state }) => state);
    return states.includes("bad") && states.filter((state) => state !== "good").length >= badAfter;
  });
}

/** What `firstHeldRun` is asked for: whose view, held for how long (ms), from which window on. */
export interface HoldAsked {
  readonly view: View;
  readonly holdMs: Ms;
  readonly from: number;
  /** Instants (ms) until which a window that ended well was seen broken, by index: a row begins anew there. */
  readonly brokenUntil?: ReadonlyMap<number, Ms>;
}

/** How a window stands by the exit conditions, where the intent has some. */
export function exitState(window: WindowFact, view: View): WindowFact["state"] {
  return (window.back ?? window)[view];
}

/**
 * Index of the first good window, at or after index `from`, of a row of good windows that together hold `holdMs`. A row
 * that the end of the timeline cuts short is not held; an unseen window breaks the row like a bad one.
 */
export function firstHeldRun(windows: readonly WindowFact[], asked: HoldAsked): number | undefined {
  const { view, holdMs, brokenUntil } = asked;
  let start: { readonly index: number; readonly at: Ms } | undefined;
  for (let index = Math.max(0, asked.from); index < windows.length; index += 1) {
    const window = windows[index];
    const broken = brokenUntil?.get(index);
    if (window === undefined || exitState(window, view) !== "good") start = undefined;
    else {
      if (start === undefined || broken !== undefined) start = { index, at: broken ?? window.from };
      if (window.to - start.at >= holdMs) return start.index;
    }
  }
  return undefined;
}

/**
 * True when a row of windows none of which was seen bad begins by `dueAt` (ms) and lasts `holdMs`, or to the end: then
 * the state may have been back in time, though it was not seen. Windows from the breach on.
 */
export function mayHaveHeld(windows: readonly WindowFact[], holdMs: Ms, dueAt: Ms): boolean {
  let from: Ms | undefined;
  for (const window of windows) {
    if (exitState(window, "state") === "bad") from = undefined;
    else {
      from ??= window.from;
      if (from <= dueAt && window.to - from >= holdMs) return true;
    }
  }
  return from !== undefined && from <= dueAt;
}

/** Index of the last window before index `before` that fits, or undefined. */
export function lastBefore(
  windows: readonly WindowFact[],
  before: number,
  fits: (window: WindowFact) => boolean,
): number | undefined {
  for (let index = Math.min(before, windows.length) - 1; index >= 0; index -= 1) {
    const window = windows[index];
    if (window !== undefined && fits(window)) return index;
  }
  return undefined;
}
