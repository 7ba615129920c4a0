// Looks for one text in texts that come in pieces, and keeps no more of them than could still be its beginning.

/** A search over several texts at once, told apart by a key (one per choice of a completion). */
export class TextSearch {
  readonly #wanted: string;
  readonly #tails = new Map<string | number, string>();
  #found: boolean;

  constructor(wanted: string) {
    this.#wanted = wanted;
    this.#found = wanted === "";
  }

  get found(): boolean {
    return this.#found;
  }

  /** The next piece of the text of that key. */
  push(key: string | number, piece: string): void {
    if (this.#found) return;
    const text = (this.#tails.get(key) ?? "") + piece;
    if (text.includes(this.#wanted)) {
      this.#found = true;
      this.#tails.clear();
      return;
    }
    const keep = this.#wanted.length - 1;
    this.#tails.set(key, text.length <= keep ? text : keep === 0 ? "" : ownCopy(text, keep));
  }

  /** The text of that key is over; the next piece begins another one. */
  restart(key: string | number): void {
    this.#tails.delete(key);
  }
}

/** The last `keep` units. A slice would hold the whole text in memory (V8), so much longer ones are copied. */
function ownCopy(text: string, keep: number): string {
  const tail = text.slice(-keep);
  return text.length > 4 * keep + 1024 ? Buffer.from(tail, "utf16le").toString("utf16le") : tail;
}
