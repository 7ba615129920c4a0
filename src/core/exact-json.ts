// JSON whose numbers stay what was written. JSON.parse makes doubles of them: 464004151041070705 ends in 700 then, 1.0
// in 1.

/** A number as it was written, where a double would be written otherwise. Its text is a JSON number. */
export class WrittenNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Any JSON, with such numbers in it. */
export type Written =
  | null
  | boolean
  | number
  | string
  | WrittenNumber
  | readonly Written[]
  | { readonly [key: string]: Written };

/** Deepest nesting that is read; who walks the data afterwards is recursive. */
const deepest = 500;

/** Is this number written in another way than JSON.stringify would write it? */
function isOtherwiseWritten(text: string): boolean {
  return String(Number(text)) !== text;
}

/** Numbers of a text that a double may not hold: whole ones of sixteen digits and more. */
function isLongInteger(text: string): boolean {
  return text.length >= 16 && /^-?\d+$/.test(text);
}

/**
 * Parses JSON; the numbers that `keep` chooses (those that would be written otherwise, when absent) stay as they were
 * written. Throws SyntaxError as JSON.parse does, and for what is nested more than 500 deep.
 */
export function parseExactJson(text: string, keep: (number: string) => boolean = isOtherwiseWritten): Written {
  const marked = markNumbers(text, keep);
  const plain = JSON.parse(text) as Written;
  if (marked === undefined) return plain;
  return JSON.parse(marked, (_, value: Written) => {
    if (typeof value !== "string" || !value.startsWith("#")) return value;
    return value.startsWith("#n") ? new WrittenNumber(value.slice(2)) : value.slice(2);
  }) as Written;
}

/**
 * As JSON.parse, but whole numbers that a double may not hold stay as they were written. Texts without such cost a
 * search, no more.
 */
export function parseLongIntegers(text: string): Written {
  return /(?<![\d.])\d{15,}(?![\d.eE])/.test(text)
    ? parseExactJson(text, isLongInteger)
    : (JSON.parse(text) as Written);
}

/**
 * The text with each number to be kept as the text `"#n…"`, and texts that begin with # as `"#s…"`; undefined: none is
 * kept.
 */
function markNumbers(text: string, keep: (number: string) => boolean): string | undefined {
  const pieces: string[] = [];
  const token = /["[\]{}]|-?\d[\d.eE+-]*/g;
  let depth = 0;
  let done = 0;
  let kept = false;
  const put = (from: number, to: number, instead: string): void => {
    pieces.push(text.slice(done, from), instead);
    done = to;
  };
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [word] = match;
    const from = match.index;
    if (word === '"') {
      token.lastIndex = stringEnd(text, from);
      // A key keeps its name: only values are revived.
      const isMarked = text.startsWith("#", from + 1) || text.startsWith(String.raw`\u0023`, from + 1);
      if (isMarked && !isKey(text, token.lastIndex)) put(from, from + 1, '"#s');
    } else if (word === "[" || word === "{") {
      depth += 1;
      if (depth > deepest) throw new SyntaxError(`nested more than ${deepest} deep`);
    } else if (word === "]" || word === "}") depth -= 1;
    else if (keep(word)) {
      kept = true;
      put(from, from + word.length, `"#n${word}"`);
    }
  }
  return kept ? pieces.join("") + text.slice(done) : undefined;
}

/** Does a colon come next, so that the string before it is a key? */
function isKey(text: string, end: number): boolean {
  let at = end;
  while (/\s/.test(text[at] ?? "")) at += 1;
  return text[at] === ":";
}

/** Index after the quote that ends the string which begins at `from`; the end of the text when there is none. */
function stringEnd(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at;
    while (text[before - 1] === "\\") before -= 1;
    if ((at - before) % 2 === 0) return at + 1;
  }
  return text.length;
}

/** JSON.stringify, with numbers as they were written. */
export function exactJsonText(value: Written): string {
  if (value instanceof WrittenNumber) return value.text;
  if (isList(value)) return `[${value.map(exactJsonText).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}:${exactJsonText(each)}`);
  return `{${members.join(",")}}`;
}

/** Is it a list? (`Array.isArray` does not narrow readonly ones.) */
export function isList(value: Written): value is readonly Written[] {
  return Array.isArray(value);
}
