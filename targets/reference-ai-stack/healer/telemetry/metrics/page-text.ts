// Prometheus' text formats, read as Prometheus reads them: one bad line, and there is no page. Kinder readers see what
// nobody's monitoring sees.
import type { Sample, Samples } from "./catalogue-rows.ts";

/** What is wrong with a page, by line; values are not repeated. */
export class BadPage extends Error {}

type Format = "text" | "openmetrics";

/** The format that a Content-Type names; undefined for what Prometheus refuses. */
export function formatOf(contentType: string | undefined): Format | undefined {
  const bare = (contentType ?? "").split(";")[0]?.trim().toLowerCase();
  if (bare === "text/plain") return "text";
  return bare === "application/openmetrics-text" ? "openmetrics" : undefined;
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*\s*=\s*"(?:[^"\\]|\\.)*"`;
const LABELS = String.raw`\{\s*(?:${LABEL}\s*(?:,\s*${LABEL}\s*)*(?:,\s*)?)?\}`;
const NUMBER = String.raw`[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[Ii][Nn][Ff](?:[Ii][Nn][Ii][Tt][Yy])?|[Nn][Aa][Nn])`;
/** Of OpenMetrics, after the value: a time stamp in s, and an exemplar. */
const REST = String.raw`(?:[ \t]+${NUMBER})?(?:[ \t]+#[ \t]+${LABELS}[ \t]+${NUMBER}(?:[ \t]+${NUMBER})?)?`;
const LINE = new RegExp(String.raw`^[ \t]*(${NAME})(?:[ \t]*(${LABELS})[ \t]*|[ \t]+)(${NUMBER})${REST}[ \t]*$`);
const ONE_LABEL = new RegExp(String.raw`([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"`, "g");
/** Longer lines are no metrics, and would make the pattern slow. */
const LONGEST_LINE = 100_000;

/** All samples of a page. Throws {@link BadPage}. */
export function readPage(text: string, format: Format): Samples {
  if (format === "openmetrics" && !/\n?# EOF\n?$/.test(text)) throw new BadPage("the page does not end with # EOF");
  const samples = new Map<string, Sample[]>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.trimStart().startsWith("#")) continue;
    const [, name, labels = "", value] = line.length > LONGEST_LINE ? [] : (LINE.exec(line) ?? []);
    if (name === undefined || value === undefined) throw new BadPage(`line ${index + 1} is no line of metrics`);
    const sample = { labels: knownLabels(labels, index + 1), value: numberOf(value) };
    const others = samples.get(name);
    if (others === undefined) samples.set(name, [sample]);
    else others.push(sample);
  }
  return (name) => samples.get(name) ?? [];
}

/**
 * Pages say the same labels at each look. More than these, such as of a server that has a label for each request, and
 * longer ones (characters), are read anew.
 */
const [MOST_KNOWN, LONGEST_KNOWN] = [10_000, 1000] as const;
const known = new Map<string, Sample["labels"]>();

function knownLabels(braces: string, line: number): Sample["labels"] {
  const before = known.get(braces);
  if (before !== undefined) return before;
  const labels = Object.freeze(labelsOf(braces, line));
  if (known.size >= MOST_KNOWN) known.clear();
  if (braces.length <= LONGEST_KNOWN) known.set(braces, labels);
  return labels;
}

function labelsOf(braces: string, line: number): Sample["labels"] {
  const labels = new Map<string, string>();
  for (const [, name = "", value = ""] of braces.matchAll(ONE_LABEL)) {
    if (labels.has(name)) throw new BadPage(`line ${line} has the label ${name} twice`);
    labels.set(
      name,
      value.replaceAll(/\\([\\"n])/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped)),
    );
  }
  return Object.fromEntries(labels);
}

/** Of a text that looks like a number, `Inf` and `NaN` included, in any case. */
export function numberOf(text: string): number {
  const plain = text.toLowerCase().replace(/^[+-]/, "");
  const size = plain === "nan" ? Number.NaN : plain.startsWith("inf") ? Infinity : Number(plain);
  return text.startsWith("-") ? -size : size;
}
