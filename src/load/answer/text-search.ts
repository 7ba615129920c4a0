// Looks for one text in texts that come in pieces, and keeps no more of them than could still be its beginning.

/** More texts than this at once are not searched. */
const MOST_TEXTS = 255;

/** A search over several texts at once, told apart by a key (one per choice of a completion). */
export class TextSearch {
  readonly #wanted: string;
  #found: boolean;
  // Most answers are one text; the others are in the map.
  #firstKey: string | number | undefined;
  #firstTail = "";
  #tails: Map<string | number, string> | undefined;

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
    this.#firstKey ??= key;
    const isFirst = key === this.#firstKey;
    const text = (isFirst ? this.#firstTail : (this.#tails?.get(key) ?? "")) + piece;
    if (text.includes(this.#wanted)) {
      this.#found = true;
      this.#firstTail = "";
      this.#tails = undefined;
      return;
    }
    const keep = this.#wanted.length - 1;
    const tail = text.length <= keep ? text : keep === 0 ? "" : ownCopy(text, keep);
    if (isFirst) this.#firstTail = tail;
    else {
      this.#tails ??= new Map();
      if (this.#tails.has(key) || this.#tails.size < MOST_TEXTS) this.#tails.set(key, tail);
    }
  }

  /** The text of that key is over; the next piece begins another one. */
  restart(key: string | number): void {
    if (key === this.#firstKey) this.#firstTail = "";
    else this.#tails?.delete(key);
  }
}

/** The last `keep` units. A slice would hold the whole text in memory (V8), so much longer ones are copied. */
function ownCopy(text: string, keep: number): string {
  const tail = text.slice(-keep);
  return text.length > 4 * keep + 1024 ? Buffer.from(tail, "utf16le").toString("utf16le") : tail;
}
