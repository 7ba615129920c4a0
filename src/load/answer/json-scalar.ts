// Checks one number, `true`, `false` or `null` of JSON (RFC 8259, sections 3 and 6) that comes in pieces.

/** More digits than these are checked and not kept. */
const LONGEST_KEPT = 1_024;

// How far a number is.
const SIGN = 0;
const ZERO = 1;
const WHOLE = 2;
const POINT = 3;
const FRACTION = 4;
const E = 5;
const E_SIGN = 6;
const EXPONENT = 7;

const MINUS = 45;
const words: Readonly<Record<number, string>> = { 116: "true", 102: "false", 110: "null" };

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

export class ScalarCheck {
  #state = SIGN;
  #word: string | undefined;
  #written = "";
  #tooLong = false;

  /** Whether a scalar may begin with that character; if so, it is the next one to be taken. */
  begin(code: number): boolean {
    this.#word = words[code];
    if (this.#word === undefined && code !== MINUS && !isDigit(code)) return false;
    this.#state = SIGN;
    this.#written = "";
    this.#tooLong = false;
    return true;
  }

  /** Takes what belongs to the scalar and gives back the place after it. */
  take(text: string, from: number): number {
    let i = from;
    while (i < text.length && this.#fits(text.charCodeAt(i), this.#written.length + i - from)) i += 1;
    if (this.#written.length + i - from > LONGEST_KEPT) this.#tooLong = true;
    this.#written = this.#tooLong ? "-" : this.#written + text.slice(from, i);
    return i;
  }

  get isWhole(): boolean {
    if (this.#word !== undefined) return this.#written === this.#word;
    return [ZERO, WHOLE, FRACTION, EXPONENT].includes(this.#state);
  }

  /** The scalar as written; undefined when it is too long to be kept. */
  get written(): string | undefined {
    return this.#tooLong ? undefined : this.#written;
  }

  #fits(code: number, place: number): boolean {
    if (this.#word !== undefined) return place < this.#word.length && this.#word.charCodeAt(place) === code;
    if (place === 0 && code === MINUS) return true;
    const next = isDigit(code) ? this.#afterDigit(code) : this.#afterMark(code);
    if (next === undefined) return false;
    this.#state = next;
    return true;
  }

  #afterDigit(code: number): number | undefined {
    switch (this.#state) {
      case SIGN:
        return code === 48 ? ZERO : WHOLE;
      case ZERO:
        return undefined;
      case POINT:
        return FRACTION;
      case E:
      case E_SIGN:
        return EXPONENT;
      default:
        return this.#state;
    }
  }

  #afterMark(code: number): number | undefined {
    const mayEnd = this.#state === ZERO || this.#state === WHOLE;
    if (code === 46 && mayEnd) return POINT;
    if ((code === 101 || code === 69) && (mayEnd || this.#state === FRACTION)) return E;
    if ((code === 43 || code === MINUS) && this.#state === E) return E_SIGN;
    return undefined;
  }
}
