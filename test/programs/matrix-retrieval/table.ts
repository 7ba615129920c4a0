// The table of one engine as it is published, and its place in a page.
import type { VectorEngineName } from "../../../targets/reference-ai-stack/vector/engines/names.ts";
import type { MatrixSize, Row, Spared } from "./matrix.ts";

const COLUMNS = [
  "damage",
  "fault",
  "recall@10",
  "ext",
  "int",
  "other vectors",
  "centroid",
  "odd lengths",
  "unknown ids",
  "ids twice",
  "short",
  "one for all",
  "newest rows",
  "written now",
  "embedded again",
  "dead rows",
  "file hash",
  "file in place",
  "manifest",
  "count",
  "peer's records",
  "failed by schema",
  "by quality",
  "queue age",
  "hit ≠ miss",
  "users' hit ≠ miss",
  "healer's signals (at which look)",
];

export function tableOf({ engine, rows, looks }: MatrixSize, measured: readonly (Row | Spared)[]): string {
  const lines = measured.map((one) => lineOf([one.damage.name, faultOf(one), ...figuresOf(one)]));
  const rule = lineOf(COLUMNS.map(() => "---"));
  const about = `${engine}, ${rows} rows about 50 centres, ${looks} looks:`;
  return [about, "", lineOf(COLUMNS), rule, ...lines].join("\n");
}

const lineOf = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

function faultOf({ damage: { fault } }: Row | Spared): string {
  return fault === undefined ? "" : `\`${fault}\``;
}

function figuresOf(one: Row | Spared): readonly string[] {
  if ("whyNot" in one) return [...COLUMNS.slice(3).map(() => "–"), `not on this engine: ${one.whyNot}`];
  const { recall, ext, int, differing, vectors, unknown, repeated, spokeAt } = one;
  const spoke = [...spokeAt].toSorted(([, a], [, b]) => a - b).map(([name, look]) => `\`${name}\` (${look})`);
  const first = [recall, ext, int, differing].map(figure);
  const odd = [vectors?.oddLengths ?? null, unknown, repeated, one.short, one.alike, one.newest].map(figure);
  const texts = [one.isFresh ? "found" : "**not found**", figure(one.embeddedAgain), figure(one.deadShare)];
  const shares = [...first, vectors === null ? NOT_TOLD : downTo4(vectors.centroid), ...odd, ...texts];
  const there = [one.isInPlace ? "yes" : "**no**", one.isDescribed ? "read" : "**unreadable**"];
  const peer = one.peerFits === "other" ? "other documents" : fitting(one.peerFits);
  const fits = [fitting(one.hashFits), ...there, fitting(one.countFits), peer];
  const hits = [one.hitsDiffer, one.usersHitsDiffer].map(figure);
  const around = [String(one.schema), String(one.quality), `${one.queueAgeS.toFixed(1)} s`, ...hits];
  return [...shares, ...fits, ...around, spoke.join(", ") || "none"];
}

/** Stands where a replica says nothing, which is neither good nor bad. */
const NOT_TOLD = "not told";

function figure(share: number | null): string {
  return share === null ? NOT_TOLD : share.toFixed(2);
}

function fitting(isFit: boolean | null): string {
  if (isFit === null) return NOT_TOLD;
  return isFit ? "fits" : "**differs**";
}

/** Rounded down: 1.0000 is the healthy index's alone. */
function downTo4(centroid: number): string {
  return (Math.floor(centroid * 1e4 + 1e-5) / 1e4).toFixed(4);
}

const marksOf = (engine: VectorEngineName) =>
  [`<!-- matrix:retrieval ${engine} -->`, `<!-- /matrix:retrieval ${engine} -->`] as const;

/** What stands in a page for an engine. Throws when it has no place there. */
export function tableIn(page: string, engine: VectorEngineName): string {
  const [begin, end] = marksOf(engine);
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`the page has no ${begin} … ${end}`);
  return page.slice(from + begin.length, to).trim();
}

/** The page with this table in the engine's place. */
export function withTable(page: string, engine: VectorEngineName, table: string): string {
  const [begin] = marksOf(engine);
  const from = page.indexOf(begin) + begin.length;
  const was = tableIn(page, engine);
  const at = was === "" ? from : page.indexOf(was, from);
  return was === ""
    ? `${page.slice(0, from)}\n\n${table}\n${page.slice(from)}`
    : `${page.slice(0, at)}${table}${page.slice(at + was.length)}`;
}
