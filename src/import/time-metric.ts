// The unit of a metric that tells how long users wait, read from its name and from nothing else of a query.

const timeWords = /latency|duration|response|time/;
/** Names that end so count requests, and measure no time. */
const counts = /[_.:](?:count|total)$/;
/** What may stand after a unit that is one of its short names: `ms` first is rather a service, `us` a country. */
const statistics = /^(?:bucket|sum|max|min|avg|mean|median|quantile|p\d+)$/;

const msPerUnit: Readonly<Record<string, number>> = {
  nanoseconds: 1e-6,
  microseconds: 1e-3,
  us: 1e-3,
  milliseconds: 1,
  ms: 1,
  seconds: 1000,
};
const shortUnits: readonly string[] = ["us", "ms"];

/** How many ms one of the metric's value is, or why that cannot be told. */
export function msPerValue(source: unknown): { readonly ms: number } | { readonly why: string } {
  const query = textsIn(source).map(bare);
  const names = query.flatMap(namesIn).filter((name) => timeWords.test(name) && !counts.test(name));
  if (names.length === 0) return { why: "its metric is named like no time that users wait" };
  if (query.some((text) => /[*/%^]/.test(text))) {
    return { why: "its query calculates, so that the name of its metric does not tell the unit of its value" };
  }
  const [unit, another] = [...new Set(names.flatMap(unitsOf))];
  if (unit === undefined) return { why: "whether its value is in seconds or ms is not told by the metric's name" };
  if (another !== undefined) return { why: `its metric's name tells two units: ${unit} and ${another}` };
  return { ms: msPerUnit[unit] ?? Number.NaN };
}

/** Every text of what the data source is asked. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(textsIn) : [];
}

/** A query without its labels, the texts in it, ranges, and what it groups by. */
function bare(query: string): string {
  return query
    .toLowerCase()
    .replaceAll(/"[^"]*"|'[^']*'|`[^`]*`/g, " ")
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, " ")
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, " ");
}

/** Names in a query that are no functions. */
function namesIn(query: string): readonly string[] {
  return query.match(/(?<![\w.:])[a-z_][\w.:]*(?![\w.:]|\s*\()/g) ?? [];
}

function unitsOf(name: string): readonly string[] {
  const words = name.split(/[_.:]+/);
  return words.filter((word, index) => {
    if (msPerUnit[word] === undefined) return false;
    return !shortUnits.includes(word) || words.slice(index + 1).every((after) => statistics.test(after));
  });
}
