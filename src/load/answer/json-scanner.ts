// Checks JSON that comes in pieces of any size. It keeps nothing but what is open: a line of a gigabyte costs no more
// than a short one. Whoever wants more than "is it whole" listens.

import { ScalarCheck } from "./json-scalar.ts";

/** What happens in the JSON, in order. Keys and texts come in pieces, decoded. */
export interface JsonListener {
  open(isObject: boolean): void;
  close(): void;
  /** The comma in an array: the next element begins. */
  next(): void;
  keyPiece(piece: string): void;
  keyEnd(): void;
  textBegin(): void;
  textPiece(piece: string): void;
  textEnd(): void;
  /** A number, true, false or null as written; undefined: a number of more than 1,024 digits. */
  scalar(written: string | undefined): void;
}

/** Brackets may be nested this deep; beyond it the JSON counts as malformed. */
const DEEPEST = 4_096;

// What may come next.
const VALUE = 0;
const FIRST_VALUE = 1;
const FIRST_KEY = 2;
const KEY = 3;
const COLON = 4;
const AFTER = 5;
const DONE = 6;
const IN_STRING = 7;
const IN_SCALAR = 8;
const BAD = 9;

const QUOTE = 34;
const BACKSLASH = 92;

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

const isHex = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);

/** Takes JSON as text, cut anywhere. */
export class JsonScanner {
  readonly #listener: JsonListener | undefined;
  readonly #scalar = new ScalarCheck();
  #mode = VALUE;
  #depth = 0;
  /** 1: object, 0: array; grows with the depth. */
  #kinds = new Uint8Array(16);
  #inKey = false;
  /** An escape that is not over: the backslash and what followed it. */
  #escape = "";

  constructor(listener?: JsonListener) {
    this.#listener = listener;
  }

  /** Nothing but white space has come yet. */
  get isEmpty(): boolean {
    return this.#mode === VALUE && this.#depth === 0;
  }

  get isBad(): boolean {
    return this.#mode === BAD;
  }

  write(text: string): void {
    let i = 0;
    while (i < text.length && this.#mode !== BAD) {
      if (this.#mode === IN_STRING) i = this.#takeString(text, i);
      else if (this.#mode === IN_SCALAR) i = this.#takeScalar(text, i);
      else {
        const code = text.charCodeAt(i);
        if (code === 32 || (code >= 9 && code <= 13 && code !== 11 && code !== 12)) i += 1;
        else if (this.#startsScalar(code)) this.#mode = IN_SCALAR;
        else {
          this.#takeMark(code);
          i += 1;
        }
      }
    }
  }

  /**
   * If nothing came after this: whole: one JSON value; torn: the beginning of one (of nothing, too); malformed:
   * neither.
   */
  get state(): "whole" | "torn" | "malformed" {
    if (this.#mode === BAD) return "malformed";
    const isWholeScalar = this.#mode === IN_SCALAR && this.#depth === 0 && this.#scalar.isWhole;
    return this.#mode === DONE || isWholeScalar ? "whole" : "torn";
  }

  /** Nothing comes any more: only so the end of a number at the root is known. */
  end(): "whole" | "torn" | "malformed" {
    if (this.#mode === IN_SCALAR && this.#scalar.isWhole) this.#endScalar();
    return this.state;
  }

  #startsScalar(code: number): boolean {
    return (this.#mode === VALUE || this.#mode === FIRST_VALUE) && this.#scalar.begin(code);
  }

  #takeMark(code: number): void {
    const mode = this.#mode;
    const isValue = mode === VALUE || mode === FIRST_VALUE;
    if (code === QUOTE && isValue) this.#beginString(false);
    else if (code === QUOTE && (mode === KEY || mode === FIRST_KEY)) this.#beginString(true);
    else if (code === 123 && isValue) this.#open(true);
    else if (code === 91 && isValue) this.#open(false);
    else if (code === 58 && mode === COLON) this.#mode = VALUE;
    else if (code === 44 && mode === AFTER) this.#comma();
    else if (this.#mayClose(code)) this.#close();
    else this.#mode = BAD;
  }

  #mayClose(code: number): boolean {
    const mode = this.#mode;
    if (code === 125) return mode === FIRST_KEY || (mode === AFTER && this.#isInObject());
    return code === 93 && (mode === FIRST_VALUE || (mode === AFTER && !this.#isInObject()));
  }

  #isInObject(): boolean {
    return this.#kinds[this.#depth - 1] === 1;
  }

  #open(isObject: boolean): void {
    if (this.#depth === DEEPEST) {
      this.#mode = BAD;
      return;
    }
    if (this.#depth === this.#kinds.length) {
      const wider = new Uint8Array(this.#kinds.length * 4);
      wider.set(this.#kinds);
      this.#kinds = wider;
    }
    this.#kinds[this.#depth] = isObject ? 1 : 0;
    this.#depth += 1;
    this.#mode = isObject ? FIRST_KEY : FIRST_VALUE;
    this.#listener?.open(isObject);
  }

  #close(): void {
    this.#depth -= 1;
    this.#listener?.close();
    this.#endValue();
  }

  #comma(): void {
    if (this.#isInObject()) this.#mode = KEY;
    else {
      this.#mode = VALUE;
      this.#listener?.next();
    }
  }

  #endValue(): void {
    this.#mode = this.#depth === 0 ? DONE : AFTER;
  }

  #beginString(isKey: boolean): void {
    this.#inKey = isKey;
    this.#mode = IN_STRING;
    if (!isKey) this.#listener?.textBegin();
  }

  #takeString(text: string, from: number): number {
    if (this.#escape !== "") return this.#takeEscape(text, from);
    // Not by a regular expression: its match would keep the last text alive for as long as the process runs (V8).
    let i = from;
    let code = 0;
    for (; i < text.length; i += 1) {
      code = text.charCodeAt(i);
      if (code === QUOTE || code === BACKSLASH || code < 32) break;
    }
    if (i > from) this.#piece(text.slice(from, i));
    if (i === text.length) return i;
    if (code === BACKSLASH) this.#escape = "\\";
    else if (code === QUOTE) this.#endString();
    else this.#mode = BAD;
    return i + 1;
  }

  #takeEscape(text: string, at: number): number {
    this.#escape += text.charAt(at);
    const escape = this.#escape;
    if (escape.charAt(1) === "u") {
      if (escape.length > 2 && !isHex(text.charCodeAt(at))) this.#mode = BAD;
      else if (escape.length === 6) this.#unescape(String.fromCharCode(Number.parseInt(escape.slice(2), 16)));
      return at + 1;
    }
    const meant = escapes[escape.charAt(1)];
    if (meant === undefined) this.#mode = BAD;
    else this.#unescape(meant);
    return at + 1;
  }

  #unescape(meant: string): void {
    this.#escape = "";
    this.#piece(meant);
  }

  #piece(piece: string): void {
    if (this.#inKey) this.#listener?.keyPiece(piece);
    else this.#listener?.textPiece(piece);
  }

  #endString(): void {
    if (this.#inKey) {
      this.#listener?.keyEnd();
      this.#mode = COLON;
    } else {
      this.#listener?.textEnd();
      this.#endValue();
    }
  }

  #takeScalar(text: string, from: number): number {
    const end = this.#scalar.take(text, from);
    if (end === text.length) return end;
    if (this.#scalar.isWhole) this.#endScalar();
    else this.#mode = BAD;
    return end;
  }

  #endScalar(): void {
    this.#listener?.scalar(this.#scalar.written);
    this.#endValue();
  }
}
