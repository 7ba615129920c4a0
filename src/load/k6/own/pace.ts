// Did k6 begin iterations when they were due? It does not say so; but at a constant rate none begins before it is due,
// so the earliest against an even grid shows the grid, and how much later the others were.

import type { Ms } from "../../../core/units.ts";

export class Pace {
  readonly #gapMs: Ms;
  readonly #starts: number[] = [];

  /** `gapMs`: between two iterations. */
  constructor(gapMs: Ms) {
    this.#gapMs = gapMs;
  }

  /** ms, in any order. */
  began(at: number): void {
    this.#starts.push(at);
  }

  /** How much later than at an even pace the latest began, at least. */
  latestMs(): Ms {
    const late = this.#starts.toSorted((a, b) => a - b).map((at, index) => at - index * this.#gapMs);
    const least = late.reduce((a, b) => Math.min(a, b), Infinity);
    return late.reduce((most, one) => Math.max(most, one - least), 0);
  }
}
