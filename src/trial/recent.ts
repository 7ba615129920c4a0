// Numbers of the last few seconds, oldest first, in memory that is used again: a fast load adds thousands a second.

import type { Ms } from "../core/units.ts";

const smallest = 64;

/** A ring of samples in the order in which they came; one that comes late is forgotten after those before it. */
export class Recent {
  #at = new Float64Array(smallest);
  #value = new Float64Array(smallest);
  #first = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(at: Ms, value: number): void {
    if (this.#size === this.#at.length) this.#grow();
    const end = (this.#first + this.#size) % this.#at.length;
    this.#at[end] = at;
    this.#value[end] = value;
    this.#size += 1;
  }

  /** Drops what is older than that, ms. */
  forget(before: Ms): void {
    while (this.#size > 0 && (this.#at[this.#first] ?? 0) < before) {
      this.#first = (this.#first + 1) % this.#at.length;
      this.#size -= 1;
    }
  }

  values(): number[] {
    return this.map((_at, value) => value);
  }

  map<T>(each: (at: Ms, value: number) => T): T[] {
    return Array.from({ length: this.#size }, (_, n) => {
      const place = (this.#first + n) % this.#at.length;
      return each(this.#at[place] ?? 0, this.#value[place] ?? 0);
    });
  }

  #grow(): void {
    const [at, value] = [new Float64Array(2 * this.#size), new Float64Array(2 * this.#size)];
    this.map((from, of) => [from, of] as const).forEach(([from, of], n) => {
      at[n] = from;
      value[n] = of;
    });
    [this.#at, this.#value, this.#first] = [at, value, 0];
  }
}
