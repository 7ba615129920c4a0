// Things that become due after the same time, such as the time-outs of a stream's requests: one timer for all of them.

import type { Clock, Ms } from "../core/units.ts";

/** To be filled in the order of the instants. */
export class DueQueue<Item> {
  readonly #clock: Clock;
  readonly #act: (item: Item) => void;
  /** A map keeps the order in which it was filled. */
  readonly #due = new Map<Item, Ms>();
  #timer: NodeJS.Timeout | undefined;

  /** `act` is called once for each, when it is due: never sooner, and never within `add`. */
  constructor(clock: Clock, act: (item: Item) => void) {
    this.#clock = clock;
    this.#act = act;
  }

  add(item: Item, at: Ms): void {
    this.#due.set(item, at);
    if (this.#timer === undefined) this.#wait(at);
  }

  /** It is not due any more. */
  delete(item: Item): void {
    this.#due.delete(item);
  }

  /** Timers of Node may fire a millisecond early. It keeps no process alive: open connections do. */
  #wait(at: Ms): void {
    const left = Math.max(1, Math.ceil(at - this.#clock.now()));
    this.#timer = setTimeout(() => this.#look(), left).unref();
  }

  #look(): void {
    this.#timer = undefined;
    for (const [item, at] of this.#due) {
      if (at > this.#clock.now()) return this.#wait(at);
      this.#due.delete(item);
      this.#act(item);
    }
  }
}
