// Takes keys out of what is written down, in every form in which a stack may say them. Words of our own and names of
// the target stay: `src/run/keys.ts` refuses a key that could be taken for one.

/** What is written in the place of a key. */
const hidden = "[secret]";
/** Of a key that was cut off at the end of a text, this many characters are seen to be one. */
const leastTail = 4;

/** Fields of an event that hold our own words, or names by which the target is known. */
const atTop: ReadonlySet<string> = new Set(
  "kind phase epochNs epochTime probe stream outcome step state moment where name expression".split(" "),
);
/** The same inside lists of replicas and of their changes. */
const ofReplicas: ReadonlySet<string> = new Set(["service", "replica", "instance", "state", "field"]);
const lists: ReadonlySet<string> = new Set(["inventory", "changes"]);

/**
 * Takes the values out of a text, the longest first, and out of its end where it was cut in one. None of them has fewer
 * than 6 characters.
 */
export function textHiderOf(values: readonly string[]): (text: string) => string {
  if (values.length === 0) return (text) => text;
  const hideLong = longHiderOf(values.filter(({ length }) => length > mostOfOne));
  const hideShort = shortHiderOf(values.filter(({ length }) => length <= mostOfOne));
  return (text) => hideShort(hideLong(text));
}

/** Of a longer value no single expression is made: V8 refuses those of some thousand characters. */
const mostOfOne = 200;
/** By so many characters of its beginning a long value is found. */
const headChars = 64;

/** Values of any length: each is found by its beginning, and followed from there, character by character. */
function longHiderOf(values: readonly string[]): (text: string) => string {
  if (values.length === 0) return (text) => text;
  const forms = values.flatMap((value) => [spellings(value), ...inBase64(value)].map(longFormOf));
  const tails = tailsOf(forms.map(({ pieces }) => pieces.slice(0, headChars)));
  const longestTail = endWords + longestSpelling * headChars;
  return (text) => {
    const ranges = forms.flatMap((form) => rangesIn(text, form)).toSorted((a, b) => a.from - b.from);
    let [clean, at] = ["", 0];
    for (const { from, to } of ranges) {
      if (from >= at) clean += text.slice(at, from) + hidden;
      at = Math.max(at, to);
    }
    clean += text.slice(at);
    const end = Math.max(0, clean.length - longestTail);
    return clean.slice(0, end) + clean.slice(end).replace(tails, hidden);
  };
}

interface Range {
  readonly from: number;
  readonly to: number;
}

interface LongForm {
  readonly pieces: readonly string[];
  readonly head: RegExp;
  /** Finds one piece more at its `lastIndex`, by what the piece is. */
  readonly next: ReadonlyMap<string, RegExp>;
}

function longFormOf(pieces: readonly string[]): LongForm {
  const next = new Map([...new Set(pieces)].map((piece) => [piece, new RegExp(piece, "y")]));
  return { pieces, head: new RegExp(pieces.slice(0, headChars).join(""), "g"), next };
}

/** Where the value stands in the text. */
function rangesIn(text: string, form: LongForm): readonly Range[] {
  const ranges: Range[] = [];
  form.head.lastIndex = 0;
  for (let found = form.head.exec(text); found !== null; found = form.head.exec(text)) {
    const { to, isWhole } = endOf(text, found.index + found[0].length, form);
    ranges.push({ from: found.index, to });
    if (isWhole) form.head.lastIndex = to;
  }
  return ranges;
}

/** Its end, from that of its beginning on. Where it does not go on as it should, all goes up to a space or a quote. */
function endOf(text: string, from: number, { pieces, next }: LongForm): { to: number; isWhole: boolean } {
  let to = from;
  for (const piece of pieces.slice(headChars)) {
    const more = next.get(piece);
    if (more === undefined) break;
    more.lastIndex = to;
    if (!more.test(text)) return { to: to + (/^[^\s"'<>]*/.exec(text.slice(to))?.[0].length ?? 0), isWhole: false };
    to = more.lastIndex;
  }
  return { to, isWhole: true };
}

function tailsOf(forms: readonly (readonly string[])[]): RegExp {
  return new RegExp(`(?:${forms.map(tailOf).join("|")})(?=(?:…|\\.{3})?(?: ?\\(cut\\))?$)`);
}

function shortHiderOf(values: readonly string[]): (text: string) => string {
  if (values.length === 0) return (text) => text;
  const longestFirst = values.toSorted((a, b) => b.length - a.length);
  const forms = longestFirst.flatMap((value) => [
    { pieces: spellings(value), sure: surePart(value) },
    ...inBase64(value).map((pieces) => ({
      pieces,
      sure: surePart(pieces.map((piece) => (piece.length === 1 ? piece : " ")).join("")),
    })),
  ]);
  const sources = forms.map(({ pieces }) => pieces.join(""));
  const whole = new RegExp(sources.join("|"), "g");
  const tails = tailsOf(forms.map(({ pieces }) => pieces));
  const longestTail = endWords + longestSpelling * (longestFirst[0]?.length ?? 0);
  /** In a long text only what may stand in it is looked for: a page's scripts have millions of characters. */
  const wholeIn = (text: string): RegExp | undefined => {
    if (text.length < longText || writtenLetters.test(text)) return whole;
    const there = sources.filter((_, n) => text.includes(forms[n]?.sure ?? ""));
    return there.length === 0 ? undefined : new RegExp(there.join("|"), "g");
  };
  return (text) => {
    const found = wholeIn(text);
    const clean = found === undefined ? text : text.replace(found, hidden);
    const end = Math.max(0, clean.length - longestTail);
    return clean.slice(0, end) + clean.slice(end).replace(tails, hidden);
  };
}

/** Texts of so many characters are looked at twice. */
const longText = 10_000;
/** A character as it may be written, and what may stand behind the end of a text that was cut, in characters. */
const [longestSpelling, endWords] = [60, 20];
/** A letter or digit that is written by its number, in a URL or in JSON: nobody has to, but some do. */
const writtenLetters = /(?:%(?:25)?|\\u00)(?:3\d|[46][1-9a-f]|[57][\da])/i;

/** The longest part that stands in a text whichever way the value is written; may be empty. */
function surePart(value: string): string {
  return (value.match(/[A-Za-z\d]+/g) ?? []).reduce(
    (longest, run) => (run.length > longest.length ? run : longest),
    "",
  );
}

/** Takes the values out of every text inside, names of fields as well. Ends of texts that were cut in a key go too. */
export function hiderOf(values: readonly string[]): <T>(value: T) => T {
  if (values.length === 0) return (value) => value;
  const clean = textHiderOf(values);
  const walk = (value: unknown, stays: ReadonlySet<string>): unknown => {
    if (typeof value === "string") return clean(value);
    if (Array.isArray(value)) return value.map((item) => walk(item, stays));
    if (typeof value !== "object" || value === null || !isPlain(value)) return value;
    const entries = Object.entries(value).map(([key, item]) => {
      if (stays.has(key) && typeof item === "string") return [key, item] as const;
      const below = (stays === atTop && lists.has(key)) || stays === ofReplicas ? ofReplicas : nothing;
      return [clean(key), walk(item, below)] as const;
    });
    return Object.fromEntries(entries);
  };
  return <T>(value: T): T => walk(value, atTop) as T;
}

const nothing: ReadonlySet<string> = new Set();

function isPlain(value: object): boolean {
  const made: unknown = Object.getPrototypeOf(value);
  return made === Object.prototype || made === null;
}

/** For each character an expression of how it is written: as it is, in JSON, in a URL, in HTML, once or twice over. */
function spellings(value: string): readonly string[] {
  return [...value.matchAll(/(\\+)|[^\\]/gu)].map(([piece, slashes]) => {
    const char = slashes === undefined ? piece : "\\";
    const count = slashes?.length ?? 1;
    const plain =
      slashes === undefined ? `\\\\{0,3}${piece.replace(/[$()*+.?[\]^{|}/-]/, "\\$&")}` : `\\\\{${count},${4 * count}}`;
    const inUrl = Array.from(new TextEncoder().encode(char), (byte) => `%(?:25)?${hexOf(byte, 2)}`).join("");
    const inJson = Array.from({ length: char.length }, (_, n) => `\\\\{1,3}u${hexOf(char.charCodeAt(n), 4)}`).join("");
    const others = [inUrl, inJson, ...(named[piece] ?? [])];
    return `(?:${plain}|(?:${others.join("|")}){${count}})`;
  });
}

/** Digits in either case. */
function hexOf(value: number, digits: number): string {
  const hex = value.toString(16).padStart(digits, "0");
  return hex.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

const named: Readonly<Record<string, readonly string[]>> = {
  " ": ["\\+"],
  "\n": ["\\\\{1,3}n"],
  "\r": ["\\\\{1,3}r"],
  "\t": ["\\\\{1,3}t"],
  "&": ["&amp;"],
  "<": ["&lt;"],
  ">": ["&gt;"],
  '"': ["&quot;", "&#34;"],
  "'": ["&#39;", "&#x27;"],
};

/** What stays the same of its Base64, wherever in a longer text it stands: three ways, in both alphabets. */
function inBase64(value: string): readonly (readonly string[])[] {
  const bytes = new TextEncoder().encode(value);
  return [0, 1, 2].map((before) => {
    const bits = [...Array.from({ length: before }, () => 0), ...bytes].flatMap((byte) =>
      Array.from({ length: 8 }, (_, n) => (byte >> (7 - n)) & 1),
    );
    const from = Math.ceil((before * 8) / 6);
    const until = Math.floor(bits.length / 6);
    return Array.from({ length: until - from }, (_, n) => {
      const six = bits.slice((from + n) * 6, (from + n + 1) * 6);
      return alphabet[Number.parseInt(six.join(""), 2)] ?? "";
    }).map((char) => (char === "+" ? "(?:[+-]|%2[bB])" : char === "/" ? "(?:\\\\?/|_|%2[fF])" : char));
  });
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Its beginning, as long as it goes on. */
function tailOf(form: readonly string[]): string {
  const more = form.slice(leastTail).reduceRight((rest, char) => `(?:${char}${rest})?`, "");
  return form.slice(0, leastTail).join("") + more;
}
