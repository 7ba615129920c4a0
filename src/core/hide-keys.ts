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

/** Takes the values out of every text inside, names of fields as well. Ends of texts that were cut in a key go too. */
export function hiderOf(values: readonly string[]): <T>(value: T) => T {
  if (values.length === 0) return (value) => value;
  const longestFirst = values.toSorted((a, b) => b.length - a.length);
  const forms = longestFirst.flatMap((value) => [spellings(value), ...inBase64(value)]);
  const whole = new RegExp(forms.map((form) => form.join("")).join("|"), "g");
  const tails = new RegExp(`(?:${forms.map(tailOf).join("|")})(?=(?:…|\\.{3})?(?: ?\\(cut\\))?$)`);
  const clean = (text: string): string => text.replace(whole, hidden).replace(tails, hidden);
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
  return [...value.matchAll(/(\\+)|[^\\]/g)].map(([piece, slashes]) => {
    const hex = Array.from(piece.charCodeAt(0).toString(16).padStart(2, "0"))
      .map((digit) => `[${digit}${digit.toUpperCase()}]`)
      .join("");
    const count = slashes?.length ?? 1;
    const plain =
      slashes === undefined ? `\\\\{0,3}${piece.replace(/[$()*+.?[\]^{|}/-]/, "\\$&")}` : `\\\\{${count},${4 * count}}`;
    const others = [`%(?:25)?${hex}`, `\\\\{1,3}u00${hex}`, ...(named[piece] ?? [])];
    return `(?:${plain}|(?:${others.join("|")}){${count}})`;
  });
}

const named: Readonly<Record<string, readonly string[]>> = {
  " ": ["\\+"],
  "&": ["&amp;"],
  "<": ["&lt;"],
  ">": ["&gt;"],
  '"': ["&quot;", "&#34;"],
  "'": ["&#39;", "&#x27;"],
};

/** What stays the same of its Base64, wherever in a longer text it stands: three ways, in both alphabets. */
function inBase64(value: string): readonly (readonly string[])[] {
  const bytes = Array.from(value, (char) => char.charCodeAt(0));
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
