// Cuts bytes into lines, as they come. A line that fits is given out whole and is not copied when it lies in one read;
// of a longer one nothing is kept.

/** A line of up to so many bytes is given out whole. */
export const LONGEST_LINE = 8_192;

const LF = 10;
const CR = 13;

export interface LineTaker {
  line(bytes: Buffer, from: number, to: number): void;
  /** The first LONGEST_LINE bytes of a line that is longer, all that follows, and its end. */
  longBegin(bytes: Buffer, from: number, to: number): void;
  longMore(bytes: Buffer, from: number, to: number): void;
  longEnd(): void;
  /** Nothing more is wanted. */
  isOver(): boolean;
}

export class LineSplitter {
  readonly #taker: LineTaker;
  readonly #endsAtCr: boolean;
  #held: Buffer | undefined;
  #heldBytes = 0;
  #isLong = false;
  #skipLf = false;

  /** `endsAtCr`: a line may end in CR too, as those of event streams. */
  constructor(taker: LineTaker, endsAtCr: boolean) {
    this.#taker = taker;
    this.#endsAtCr = endsAtCr;
  }

  push(bytes: Buffer): void {
    const { length } = bytes;
    if (length === 0) return;
    let from = this.#skipLf && bytes[0] === LF ? 1 : 0;
    this.#skipLf = false;
    let lf = bytes.indexOf(LF, from);
    let cr = this.#endsAtCr ? bytes.indexOf(CR, from) : -1;
    while (from < length && !this.#taker.isOver()) {
      if (lf !== -1 && lf < from) lf = bytes[from] === LF ? from : bytes.indexOf(LF, from);
      if (cr !== -1 && cr < from) cr = bytes.indexOf(CR, from);
      const end = cr !== -1 && (lf === -1 || cr < lf) ? cr : lf;
      if (end === -1) {
        this.#hold(bytes, from, length);
        return;
      }
      this.#endLine(bytes, from, end);
      from = end + 1;
      if (end === cr && from === length) this.#skipLf = true;
      else if (end === cr && bytes[from] === LF) from += 1;
    }
  }

  /** The body is over: what was held is the last line, though nothing ends it. */
  end(): void {
    if (this.#isLong || this.#heldBytes > 0) this.#endLine(Buffer.alloc(0), 0, 0);
  }

  /** What has come of a line that is not over. */
  get rest(): string {
    return this.#isLong ? "" : (this.#held?.toString("utf8", 0, this.#heldBytes) ?? "");
  }

  #endLine(bytes: Buffer, from: number, to: number): void {
    if (!this.#isLong && this.#heldBytes === 0 && to - from <= LONGEST_LINE) {
      this.#taker.line(bytes, from, to);
      return;
    }
    this.#hold(bytes, from, to);
    const length = this.#heldBytes;
    this.#heldBytes = 0;
    if (this.#isLong) this.#taker.longEnd();
    else if (this.#held !== undefined) this.#taker.line(this.#held, 0, length);
    this.#isLong = false;
  }

  #hold(bytes: Buffer, from: number, to: number): void {
    if (this.#isLong) {
      if (to > from) this.#taker.longMore(bytes, from, to);
      return;
    }
    const fits = Math.min(to, from + LONGEST_LINE - this.#heldBytes);
    this.#copy(bytes, from, fits);
    if (fits === to || this.#held === undefined) return;
    this.#isLong = true;
    this.#heldBytes = 0;
    this.#taker.longBegin(this.#held, 0, LONGEST_LINE);
    this.#taker.longMore(bytes, fits, to);
  }

  #copy(bytes: Buffer, from: number, to: number): void {
    const needed = this.#heldBytes + to - from;
    if (this.#held === undefined || this.#held.length < needed) {
      const wider = Buffer.allocUnsafeSlow(Math.min(LONGEST_LINE, Math.max(512, 2 * needed)));
      if (this.#held !== undefined) this.#held.copy(wider, 0, 0, this.#heldBytes);
      this.#held = wider;
    }
    bytes.copy(this.#held, this.#heldBytes, from, to);
    this.#heldBytes = needed;
  }
}

/** How many bytes of a byte-order mark stand there. */
export function markAt(bytes: Buffer, from: number, to: number): number {
  return to - from >= 3 && bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf ? 3 : 0;
}
