// YAML text as plain data, with the way back from every value to its line and column. Bad text gives problems, never
// throws.

import { LineCounter, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { Document, YAMLError } from "yaml";
import type { Place, CodedProblem } from "../core/errors.ts";
import { messageOf } from "../core/errors.ts";
import type { Written } from "../core/exact-json.ts";
import { badKeys, oddKeys, looseAliases, tooDeep } from "./yaml-checks.ts";
import type { YamlProblem } from "./yaml-checks.ts";
import { finite, valueAt, writtenAt } from "./yaml-numbers.ts";
import { nodeAt, offsetOf } from "./yaml-nodes.ts";
import type { DataPath } from "./yaml-nodes.ts";

export interface YamlSource {
  /**
   * The data, aliases and merge keys followed, without `x-` keys of the root; undefined when the text cannot be used at
   * all.
   */
  readonly value: unknown;
  readonly problems: readonly CodedProblem[];
  /** Is there a key (or index) at this path, whatever its value? */
  has(path: DataPath): boolean;
  /** The data at this path, numbers as they were written. */
  written(path: DataPath): Written;
  /** The characters of the number, or of the text without its quotes, at this path; undefined when none is there. */
  textAt(path: DataPath): string | undefined;
  /** Place of a value, or of its key; of the nearest enclosing thing when it is not there. */
  placeOf(path: DataPath, what?: "key" | "value"): Place;
  /** Place of a character (from 1) inside a text; of its start when the text is folded over lines. */
  placeInside(path: DataPath, column: number): Place;
}

/** Longest file, in characters. */
const longestFile = 256 * 1024;

/** Reads one document that must be a map (or a list). A byte-order mark and CRLF are fine. */
export function readYaml(rawText: string, file: string, root: "map" | "list" = "map"): YamlSource {
  const text = rawText.startsWith("\uFEFF") ? rawText.slice(1) : rawText;
  const start: Place = { file, line: 1, column: 1 };
  const nowhere = {
    value: undefined,
    has: () => false,
    written: () => null,
    textAt: () => undefined,
    placeOf: () => start,
    placeInside: () => start,
  };
  if (text.length > longestFile) {
    const expected = `at most ${longestFile}`;
    return {
      ...nowhere,
      problems: [{ place: start, code: "RB0001", found: `a file of ${text.length} characters`, expected }],
    };
  }
  const lines = new LineCounter();
  try {
    const deep = tooDeep(text);
    if (deep)
      return { ...nowhere, problems: [{ ...withoutOffset(deep), place: placeInText(text, deep.offset, file) }] };
    // Keys of one name are looked for by `badKeys`: the parser compares each key with each other one.
    const options = { lineCounter: lines, prettyErrors: false, stringKeys: false, merge: true, uniqueKeys: false };
    return usable(parseDocument(text, options), { file, lines, text, root });
  } catch (thrown) {
    return {
      ...nowhere,
      problems: [{ place: start, code: "RB0002", found: messageOf(thrown), expected: "plain YAML" }],
    };
  }
}

function placeInText(text: string, offset: number, file: string): Place {
  const before = text.slice(0, offset).split("\n");
  return { file, line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

function withoutOffset({ code, found, expected, suggestion }: YamlProblem): CodedProblem {
  return { code, found, expected, ...(suggestion === undefined ? {} : { suggestion }) };
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
  const placed = (problem: YamlProblem): CodedProblem => ({
    place: placeAt(problem.offset),
    ...withoutOffset(problem),
  });
  const source = {
    placeOf,
    placeInside,
    has: (path: DataPath) => nodeAt(document, path) !== undefined,
    written: () => null,
    textAt(path: DataPath): string | undefined {
      const node = nodeAt(document, path);
      return isScalar(node) ? node.source : undefined;
    },
  };
  const [broken] = document.errors;
  // What comes after a broken place is read wrongly: more problems would only be echoes of the first.
  if (broken) return { ...source, value: undefined, problems: [syntaxProblem(broken, placeAt)] };
  const problems = document.warnings.map((warning) => syntaxProblem(warning, placeAt));
  const isRoot = origin.root === "map" ? isMap(document.contents) : isSeq(document.contents);
  if (!isRoot || document.contents === null) {
    const isNothing = document.contents === null || (isScalar(document.contents) && document.contents.value === null);
    const found = isNothing ? "an empty file" : `a document that is not a ${origin.root}`;
    const place = placeAt(document.contents?.range?.[0] ?? 0);
    return {
      ...source,
      value: undefined,
      problems: [...problems, { place, code: "RB0005", found, expected: rootWords[origin.root] }],
    };
  }
  const loose = looseAliases(document);
  const unusable = loose.length > 0 ? loose : oddKeys(document);
  if (unusable.length > 0) return { ...source, value: undefined, problems: [...problems, ...unusable.map(placed)] };
  // How far aliases may multiply was looked at above.
  const value = withoutExtensions(finite(document, document.toJS({ maxAliasCount: -1 })));
  const written = (path: DataPath): Written => writtenAt(document, path, valueAt(value, path));
  return { ...source, value, written, problems: [...problems, ...badKeys(document).map(placed)] };
}

/** Keys of the root that begin with `x-` are for people: a place for anchors and notes. */
function withoutExtensions(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith("x-")));
}

const inQuotes = "if it is a text, put it in quotes";

const syntaxHints: Readonly<Record<string, readonly [found: string, expected: string, suggestion?: string]>> = {
  TAB_AS_INDENT: ["a tab", "spaces as indentation"],
  MULTIPLE_DOCS: ["a second document", "one document in a file"],
  TAG_RESOLVE_FAILED: ["an unknown tag", "plain YAML without tags"],
  MULTIPLE_ANCHORS: ["a second anchor", "at most one"],
  BLOCK_AS_IMPLICIT_KEY: ['a second ": " in one line', "one key in a line", inQuotes],
  BAD_SCALAR_START: ["a text that begins with a character of YAML's own", "a text in quotes"],
};

function syntaxProblem(error: YAMLError, placeAt: (offset: number) => Place): CodedProblem {
  const [found, expected, suggestion] = syntaxHints[error.code] ?? [error.message, "valid YAML"];
  return {
    place: placeAt(error.pos[0]),
    code: "RB0002",
    found,
    expected,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}
