// YAML text as plain data, with the way back from every value to its line and column. Bad text gives problems, never throws.

import { LineCounter, isAlias, isMap, isNode, isScalar, isSeq, parseDocument, visit } from "yaml";
import type { Document, Node, YAMLError } from "yaml";
import type { Place, Problem } from "../core/errors.ts";
import { messageOf } from "../core/errors.ts";

/** Where in the data: keys of maps and indexes of lists from the root. */
export type DataPath = readonly (string | number)[];

export interface YamlSource {
  /** The data; undefined when the text cannot be used at all. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Is there a key (or index) at this path, whatever its value? */
  has(path: DataPath): boolean;
  /** Place of a value, or of its key; of the nearest enclosing thing when it is not there. */
  placeOf(path: DataPath, what?: "key" | "value"): Place;
  /** Place of a character (from 1) inside a text; of its start when the text is folded over lines. */
  placeInside(path: DataPath, column: number): Place;
}

/** Bounds on a file, so that a strange one cannot hang us: characters, and how far aliases may multiply. */
const yamlBounds = { length: 256 * 1024, aliases: 20 } as const;

/** Reads one document that must be a map (or a list). A byte-order mark and CRLF are fine. */
export function readYaml(rawText: string, file: string, root: "map" | "list" = "map"): YamlSource {
  const text = rawText.startsWith("\uFEFF") ? rawText.slice(1) : rawText;
  const start: Place = { file, line: 1, column: 1 };
  const nowhere = { value: undefined, has: () => false, placeOf: () => start, placeInside: () => start };
  if (text.length > yamlBounds.length) {
    const expected = `at most ${yamlBounds.length}`;
    return { ...nowhere, problems: [{ place: start, found: `a file of ${text.length} characters`, expected }] };
  }
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: false });
    return usable(document, { file, lines, text, root });
  } catch (thrown) {
    return { ...nowhere, problems: [{ place: start, found: messageOf(thrown), expected: "plain YAML" }] };
  }
}

interface Origin {
  readonly file: string;
  readonly lines: LineCounter;
  readonly text: string;
  readonly root: "map" | "list";
}

const rootWords = { map: "a map of keys to values", list: "a list" } as const;

function usable(document: Document.Parsed, origin: Origin): YamlSource {
  const placeAt = (offset: number): Place => {
    const { line, col } = origin.lines.linePos(offset);
    return { file: origin.file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const placeOf = (path: DataPath, what: "key" | "value" = "value"): Place => placeAt(offsetOf(document, path, what));
  const placeInside = (path: DataPath, column: number): Place => {
    const node = nodeAt(document, path);
    const start = placeOf(path);
    if (!isScalar(node) || node.type === "BLOCK_FOLDED" || node.type === "BLOCK_LITERAL") return start;
    const [from = 0, to = from] = node.range ?? [];
    if (origin.text.slice(from, to).includes("\n")) return start;
    const quote = node.type === "PLAIN" ? 0 : 1;
    return { ...start, column: start.column + quote + column - 1 };
  };
  const problems = [...document.errors, ...document.warnings].map((error) => syntaxProblem(error, placeAt));
  const broken = document.errors.some((error) => error.code !== "DUPLICATE_KEY");
  const source = { placeOf, placeInside, has: (path: DataPath) => nodeAt(document, path) !== undefined };
  if (broken) return { ...source, value: undefined, problems };
  const isRoot = origin.root === "map" ? isMap(document.contents) : isSeq(document.contents);
  if (!isRoot || document.contents === null) {
    const found = document.contents === null ? "an empty file" : `a document that is not a ${origin.root}`;
    const place = placeAt(document.contents?.range?.[0] ?? 0);
    return {
      ...source,
      value: undefined,
      problems: [...problems, { place, found, expected: rootWords[origin.root] }],
    };
  }
  const loose = looseAliases(document, placeAt);
  if (loose.length > 0) return { ...source, value: undefined, problems: [...problems, ...loose] };
  const value: unknown = document.toJS({ maxAliasCount: yamlBounds.aliases });
  return { ...source, value, problems: [...problems, ...forbiddenKeys(document.contents, placeAt)] };
}

const syntaxHints: Readonly<Record<string, readonly [string, string]>> = {
  TAB_AS_INDENT: ["a tab", "spaces as indentation"],
  DUPLICATE_KEY: ["a key that is there already", "each key once"],
  MULTIPLE_DOCS: ["a second document", "one document in a file"],
  TAG_RESOLVE_FAILED: ["an unknown tag", "plain YAML without tags"],
  MULTIPLE_ANCHORS: ["a second anchor", "at most one"],
};

function syntaxProblem(error: YAMLError, placeAt: (offset: number) => Place): Problem {
  const [found, expected] = syntaxHints[error.code] ?? [error.message, "valid YAML"];
  return { place: placeAt(error.pos[0]), found, expected };
}

/** Aliases of nothing, and aliases inside what they stand for (data without an end). */
function looseAliases(document: Document.Parsed, placeAt: (offset: number) => Place): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Alias(_, alias) {
      const at = alias.range?.[0] ?? 0;
      const [from = 0, to = 0] = alias.resolve(document)?.range ?? [];
      if (to > 0 && (at < from || at >= to)) return;
      const found = `*${alias.source}, ${to === 0 ? "which stands for nothing" : "inside what it stands for"}`;
      problems.push({ place: placeAt(at), found, expected: `a value marked &${alias.source} before` });
    },
  });
  return problems;
}

/** `__proto__` would be dropped silently by whoever copies the data. */
function forbiddenKeys(node: unknown, placeAt: (offset: number) => Place): Problem[] {
  if (isSeq(node)) return node.items.flatMap((item) => forbiddenKeys(item, placeAt));
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => {
    const below = forbiddenKeys(value, placeAt);
    if (!isScalar(key) || key.value !== "__proto__") return below;
    return [{ place: placeAt(key.range?.[0] ?? 0), found: 'the key "__proto__"', expected: "another name" }, ...below];
  });
}

function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function pairAt(document: Document, node: unknown, key: string | number): { key: unknown; value: unknown } | undefined {
  const parent = resolved(document, node);
  if (isSeq(parent))
    return typeof key === "number" && key in parent.items ? { key: null, value: parent.items[key] } : undefined;
  if (!isMap(parent)) return undefined;
  return parent.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
}

function nodeAt(document: Document, path: DataPath): Node | undefined {
  let node: unknown = document.contents;
  for (const key of path) node = pairAt(document, node, key)?.value;
  const found = resolved(document, node);
  return isNode(found) ? found : undefined;
}

function offsetOf(document: Document, path: DataPath, what: "key" | "value"): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const [index, key] of path.entries()) {
    const pair = pairAt(document, node, key);
    if (!pair) return offset;
    const keyOffset = isNode(pair.key) ? pair.key.range?.[0] : undefined;
    const valueOffset = isEmpty(pair.value) ? undefined : isNode(pair.value) ? pair.value.range?.[0] : undefined;
    const last = index === path.length - 1;
    // What encloses a missing thing is best shown by its key.
    offset = (last && what === "value" ? (valueOffset ?? keyOffset) : (keyOffset ?? valueOffset)) ?? offset;
    node = pair.value;
  }
  return offset;
}

function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null && (node.source ?? "") === "");
}
