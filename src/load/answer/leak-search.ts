// Looks in the pieces of an answer for canaries of other requests, and keeps no more than could be the beginning of
// one.

import { canaryLength, type Canary } from "../canary.ts";

/** More texts than this at once are not searched. */
const MOST_TEXTS = 255;

/** A search over several texts of one answer, each with a key of its own. */
export class LeakSearch {
  readonly #canary: Canary;
  readonly #tails = new Map<string | number, string>();
  #found = false;

  constructor(canary: Canary) {
    this.#canary = canary;
  }

  /** A canary of another request was found. */
  get found(): boolean {
    return this.#found;
  }

  /** The next piece of the text of that key. */
  push(key: string | number, piece: string): void {
    if (this.#found) return;
    // A canary may stand at the beginning of a sentence.
    const text = ((this.#tails.get(key) ?? "") + piece).toLowerCase();
    const { tag } = this.#canary;
    for (let at = text.indexOf(tag); at !== -1; at = text.indexOf(tag, at + 1)) {
      if (!this.#canary.isOthers(text.slice(at, at + canaryLength))) continue;
      this.#found = true;
      this.#tails.clear();
      return;
    }
    if (!this.#tails.has(key) && this.#tails.size >= MOST_TEXTS) return;
    // A slice of a long text would hold all of it in memory (V8).
    this.#tails.set(key, Buffer.from(text.slice(1 - canaryLength)).toString());
  }
}
