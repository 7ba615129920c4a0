// Reads JSON as Go's `json.Decoder` does, because Toxiproxy's clients meet that reader: the first value of the body
// counts and the rest is left, members keep their order and may repeat, and a number keeps its digits.

import { ApiError } from "./api-error.ts";

/** A JSON value as it was written. */
export type GoValue =
  | { readonly kind: "null" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "number"; readonly digits: string }
  | { readonly kind: "array"; readonly items: readonly GoValue[] }
  | { readonly kind: "object"; readonly members: readonly Member[] };

type Member = readonly [key: string, value: GoValue];

/** As in Go's encoding/json: more levels than this are an error. */
const MOST_LEVELS = 10_000;

const space = /[ \t\n\r]*/y;
const literal = /true|false|null/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// oxlint-disable-next-line no-control-regex -- exactly the characters that JSON forbids in a string
const text = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

type Open =
  | { readonly kind: "array"; readonly items: GoValue[] }
  | { readonly kind: "object"; readonly members: Member[]; key: string };

/** The first value of `body`. Throws ApiError 400 "bad request body: …". */
export function readFirstValue(body: string): GoValue {
  const reader = new ValueReader(body);
  for (;;) {
    const value = reader.takeValue();
    const whole = value === undefined ? undefined : reader.place(value);
    if (whole !== undefined) return whole;
  }
}

/** Reads from the front; without recursion, for bodies may be nested ten thousand levels deep. */
class ValueReader {
  readonly #body: string;
  readonly #open: Open[] = [];
  #at = 0;

  constructor(body: string) {
    this.#body = body;
  }

  /** A whole scalar, an empty container, or undefined when a container was opened. */
  takeValue(): GoValue | undefined {
    const char = this.#peek();
    if (char === "[" || char === "{") return this.#takeOpening(char);
    const quoted = char === '"' ? this.#take(text) : undefined;
    if (quoted !== undefined) return { kind: "string", value: unquote(quoted) };
    const word = this.#take(literal);
    if (word !== undefined) return word === "null" ? { kind: "null" } : { kind: "bool", value: word === "true" };
    const digits = this.#take(number);
    return digits === undefined ? this.#fail() : { kind: "number", digits };
  }

  /** Puts a whole value into its container and closes what ends after it; the outermost value, once that is whole. */
  place(value: GoValue): GoValue | undefined {
    let whole = value;
    for (let inner = this.#open.at(-1); inner !== undefined; inner = this.#open.at(-1)) {
      if (inner.kind === "array") inner.items.push(whole);
      else inner.members.push([inner.key, whole]);
      const char = this.#peek();
      if (char === ",") {
        this.#at += 1;
        if (inner.kind === "object") inner.key = this.#takeKey();
        return undefined;
      }
      if (char !== (inner.kind === "array" ? "]" : "}")) this.#fail();
      this.#at += 1;
      this.#open.pop();
      whole = inner;
    }
    return whole;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#body)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #fail(): never {
    const char = this.#body[this.#at];
    const isCut = char === undefined || (char === '"' && !this.#body.includes('"', this.#at + 1));
    if (!isCut) throw badBody(`invalid character ${JSON.stringify(char)}`);
    throw badBody(this.#body.trim() === "" ? "EOF" : "unexpected EOF");
  }

  #peek(): string {
    this.#take(space);
    return this.#body[this.#at] ?? this.#fail();
  }

  #takeKey(): string {
    const key = this.#peek() === '"' ? this.#take(text) : undefined;
    if (key === undefined) return this.#fail();
    if (this.#peek() !== ":") this.#fail();
    this.#at += 1;
    return unquote(key);
  }

  #takeOpening(char: "[" | "{"): GoValue | undefined {
    this.#at += 1;
    if (this.#open.length >= MOST_LEVELS) throw badBody("exceeded max depth");
    const empty = this.#peek() === (char === "[" ? "]" : "}");
    if (empty) this.#at += 1;
    if (char === "[") {
      if (empty) return { kind: "array", items: [] };
      this.#open.push({ kind: "array", items: [] });
    } else {
      if (empty) return { kind: "object", members: [] };
      this.#open.push({ kind: "object", members: [], key: this.#takeKey() });
    }
    return undefined;
  }
}

/** A string's characters; half a surrogate pair becomes U+FFFD as in Go. */
function unquote(quoted: string): string {
  return (JSON.parse(quoted) as string).toWellFormed();
}

/** 400 with the fixed words that clients look for. */
export function badBody(reason: string): ApiError {
  return new ApiError(400, `bad request body: ${reason}`);
}

/** JSON text as Go's `json.Marshal` writes it: safe inside HTML. */
export function goText(value: unknown): string {
  const escaped: Readonly<Record<string, string>> = { "<": "003c", ">": "003e", "&": "0026" };
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${escaped[char] ?? char.charCodeAt(0).toString(16)}`,
  );
}
