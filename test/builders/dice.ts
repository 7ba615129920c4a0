// What is drawn when a trial is made from a seed.

import { pick, seededRandom } from "../../src/core/random.ts";

/** Draws from one seed. */
export class Dice {
  readonly #random;
  constructor(seed: number) {
    this.#random = seededRandom(seed, "story");
  }
  chance(share: number): boolean {
    return this.#random.next() < share;
  }
  between(from: number, to: number): number {
    return from + this.#random.next() * (to - from);
  }
  whole(from: number, to: number): number {
    return Math.floor(this.between(from, to + 1));
  }
  of<T>(...items: readonly T[]): T {
    return pick(this.#random, items);
  }
}
