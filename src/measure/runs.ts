// Runs of windows: k bad ones in a row make an impact, good ones for the hold make a recovery.

import type { Ms } from "../core/units.ts";
import type { WindowFact } from "../core/verdict.ts";

/** Whose steady state is asked: the users' conditions alone, or all of them. */
export type View = "users" | "state";

/** Index of the first of `k` consecutive bad windows at or after index `from`; an unseen window breaks the row. */
export function firstBadRun(windows: readonly WindowFact[], view: View, k: number, from: number): number | undefined {
  let row = 0;
  for (let index = Math.max(0, from); index < windows.length; index += 1) {
    row = windows[index]?.[view] === "bad" ? row + 1 : 0;
    if (row >= k) return index - row + 1;
  }
  return undefined;
}

/** What `firstHeldRun` is asked for: whose view, held for how long (ms), from which window on. */
export interface HoldAsked {
  readonly view: View;
  readonly holdMs: Ms;
  readonly from: number;
  /** Instants (ms) until which a window that ended well was seen broken, by index: a row begins anew there. */
  readonly brokenUntil?: ReadonlyMap<number, Ms>;
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
    if (window === undefined || window[view] !== "good") start = undefined;
    else {
      if (start === undefined || broken !== undefined) start = { index, at: broken ?? window.from };
      if (window.to - start.at >= holdMs) return start.index;
    }
  }
  return undefined;
}

/** Index of the last window before index `before` in the state asked for, or undefined. */
export function lastBefore(
  windows: readonly WindowFact[],
  view: View,
  state: WindowFact["state"],
  before: number,
): number | undefined {
  const index = windows.slice(0, Math.max(0, before)).findLastIndex((window) => window[view] === state);
  return index < 0 ? undefined : index;
}
