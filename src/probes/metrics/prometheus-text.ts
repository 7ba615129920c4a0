// Prometheus' text formats (0.0.4 and 1.0.0) and OpenMetrics, read as Prometheus itself reads them: a page with one bad
// line is no page. The libraries on npm take `<html>` for the name of a metric, hence this one.

/** One line of a page. */
export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** The value as it was written, to tell how finely. */
  readonly written: string;
}

export interface MetricPage {
  /** Every sample of this name, in order of the page; empty when there is none. */
  samples(name: string): readonly MetricSample[];
  readonly names: readonly string[];
}

/** Says line and column of what is wrong; values are not repeated. */
export class MalformedPage extends Error {
  constructor(line: number, column: number, what: string) {
    super(`line ${line}, column ${column}: ${what}`);
    this.name = "MalformedPage";
  }
}

type Format = "text" | "openmetrics";

/**
 * The format that a Content-Type names; undefined for any other, and for none: Prometheus 3 refuses such a page too.
 * Parameters (version, charset, escaping) do not matter to us.
 */
export function formatOf(contentType: string | undefined): Format | undefined {
  const type = (contentType ?? "").split(";")[0]?.trim().toLowerCase();
  if (type === "text/plain") return "text";
  return type === "application/openmetrics-text" ? "openmetrics" : undefined;
}

const types = new Set("counter gauge histogram summary untyped unknown gaugehistogram info stateset".split(" "));

/** Reads a whole page; throws {@link MalformedPage}. */
export function parseMetricPage(text: string, format: Format): MetricPage {
  const samples = new Map<string, MetricSample[]>();
  const lines = text.split("\n");
  let ended = false;
  for (const [index, line] of lines.entries()) {
    const reader = new LineReader(line, index + 1);
    const isEmpty = line === "" && (format === "text" || ended || index === lines.length - 1);
    if (format === "text") reader.skipBlanks();
    if (isEmpty || (format === "text" && reader.isDone())) continue;
    if (ended) reader.fail("something after # EOF");
    if (reader.peek() === "#") {
      ended = readComment(reader, format);
      continue;
    }
    const sample = readSample(reader, format);
    const known = samples.get(sample.name);
    if (known === undefined) samples.set(sample.name, [sample]);
    else known.push(sample);
  }
  if (format === "openmetrics" && !ended) throw new MalformedPage(lines.length, 1, "the page does not end with # EOF");
  return { samples: (name) => samples.get(name) ?? [], names: [...samples.keys()] };
}

/** True for the end of an OpenMetrics page. */
function readComment(reader: LineReader, format: Format): boolean {
  const [, keyword, , type] = reader.rest().split(/[ \t]+/);
  if (format === "openmetrics" && !/^# (?:HELP |TYPE |UNIT |EOF *$)/.test(reader.rest())) {
    reader.fail("HELP, TYPE, UNIT or EOF after #");
  }
  if (keyword === "TYPE" && !types.has((type ?? "").trim())) reader.fail("an unknown type of metric");
  return format === "openmetrics" && reader.rest().trimEnd() === "# EOF";
}

const nameAt = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const labelAt = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const numberAt = /[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)/iy;

function readSample(reader: LineReader, format: Format): MetricSample {
  const plain = reader.peek() === "{" ? undefined : reader.take(nameAt, "the name of a metric");
  const gap = reader.skipBlanks();
  const inBraces = reader.peek() === "{" ? readLabels(reader, plain === undefined) : { labels: {} };
  const name = plain ?? inBraces.name ?? reader.fail("no name of a metric in the braces");
  if (gap + reader.skipBlanks() === 0 && reader.previous() !== "}") reader.fail("a blank before the value");
  const written = reader.take(numberAt, "a number");
  const value = numberOf(written);
  if (value === undefined) reader.fail("a number that a double holds");
  readTimestamp(reader, format);
  return { name, labels: inBraces.labels, value: value ?? Number.NaN, written };
}

/** A time stamp is whole in the text format (ms), any number in OpenMetrics (s), where an exemplar may follow. */
function readTimestamp(reader: LineReader, format: Format): void {
  const gap = reader.skipBlanks();
  if (reader.isDone()) return;
  if (gap === 0) reader.fail("a blank after the value");
  if (reader.peek() !== "#") {
    reader.take(format === "text" ? /[+-]?\d+/y : numberAt, "a time stamp");
    reader.skipBlanks();
  }
  if (format === "openmetrics" && reader.peek() === "#") {
    reader.take(/#/y, "an exemplar");
    reader.skipBlanks();
    readLabels(reader, false);
    reader.skipBlanks();
    reader.take(numberAt, "the number of an exemplar");
    if (reader.skipBlanks() > 0 && !reader.isDone()) reader.take(numberAt, "the time stamp of an exemplar");
    reader.skipBlanks();
  }
  if (!reader.isDone()) reader.fail("the end of the line");
}

/** `{a="1",b="2"}`; since 1.0.0 a quoted text without a value is the metric's name. */
function readLabels(reader: LineReader, mayName: boolean): { readonly labels: MetricSample["labels"]; name?: string } {
  const entries = new Map<string, string>();
  let name: string | undefined;
  reader.take(/\{/y, "{");
  for (;;) {
    reader.skipBlanks();
    if (reader.peek() === "}") break;
    const quoted = reader.peek() === '"';
    const label = quoted ? readQuoted(reader) : reader.take(labelAt, "the name of a label");
    reader.skipBlanks();
    if (quoted && mayName && name === undefined && reader.peek() !== "=") name = label;
    else {
      reader.take(/=/y, "=");
      reader.skipBlanks();
      if (entries.has(label)) reader.fail(`the label ${label} only once`);
      entries.set(label, readQuoted(reader));
    }
    reader.skipBlanks();
    if (reader.peek() !== ",") break;
    reader.take(/,/y, ",");
  }
  reader.take(/\}/y, "} or ,");
  return { labels: Object.fromEntries(entries), ...(name !== undefined && { name }) };
}

/** Quotes, backslashes and line feeds are escaped; other escapes stay as they are. */
function readQuoted(reader: LineReader): string {
  const text = reader.take(/"(?:[^"\\]|\\.)*"/y, "a text in double quotes");
  return text.slice(1, -1).replaceAll(/\\([\\"n])/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
}

/** As Go's ParseFloat: what overflows a double is no number. */
function numberOf(written: string): number | undefined {
  const plain = written.toLowerCase().replace(/^[+-]/, "");
  if (plain === "nan") return Number.NaN;
  const size = plain.startsWith("inf") ? Infinity : Number(plain);
  if (size === Infinity && !plain.startsWith("inf")) return undefined;
  return written.startsWith("-") ? -size : size;
}

class LineReader {
  readonly #line: string;
  readonly #number: number;
  #at = 0;

  constructor(line: string, number: number) {
    this.#line = line;
    this.#number = number;
  }

  isDone(): boolean {
    return this.#at >= this.#line.length;
  }

  peek(): string | undefined {
    return this.#line[this.#at];
  }

  previous(): string | undefined {
    return this.#line[this.#at - 1];
  }

  rest(): string {
    return this.#line.slice(this.#at);
  }

  /** How many blanks there were. */
  skipBlanks(): number {
    const from = this.#at;
    while (this.peek() === " " || this.peek() === "\t") this.#at += 1;
    return this.#at - from;
  }

  /** What the sticky pattern matches here. */
  take(pattern: RegExp, expected: string): string {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#line)?.[0];
    if (text === undefined || text === "") return this.fail(expected);
    this.#at += text.length;
    return text;
  }

  fail(expected: string): never {
    throw new MalformedPage(this.#number, this.#at + 1, `expected ${expected}`);
  }
}
