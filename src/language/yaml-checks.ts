// What is looked at in YAML before it becomes data: how deep and how large it is, its aliases, its merge keys, and keys
// of one name.

import { Lexer, isAlias, isMap, isNode, isPair, isScalar, isSeq, visit } from "yaml";
import type { Document } from "yaml";
import type { ProblemCode } from "../core/problems/index.ts";
import { isMergeKey, mergeSources, resolved } from "./yaml-nodes.ts";

/** One thing that is wrong, at an offset into the text. */
export interface YamlProblem {
  readonly code: ProblemCode;
  readonly offset: number;
  readonly found: string;
  readonly expected: string;
  readonly suggestion?: string;
}

/**
 * Bounds on a file, so that a strange one cannot hang us: levels inside each other, and values once aliases are
 * followed.
 */
const yamlBounds = { depth: 256, values: 100_000 } as const;

const lexerMarks = new Set(["\u0002", "\u0018", "\u001F", "\uFEFF"]);

/** No more levels than this can be in the text: all brackets at once, and the deepest line with all its marks. */
function deepestPossible(text: string): number {
  let deepest = 0;
  for (const line of text.split("\n")) {
    const marks = line.match(/[-?]/g)?.length ?? 0;
    deepest = Math.max(deepest, line.length - line.replace(/^ +/, "").length + marks);
  }
  return deepest + (text.match(/[[{]/g)?.length ?? 0);
}

/**
 * Where things lie too deep inside each other (which the parser, being recursive, would not survive); undefined:
 * nowhere.
 */
export function tooDeep(text: string): YamlProblem | undefined {
  if (deepestPossible(text) <= yamlBounds.depth) return undefined;
  let flow = 0;
  let indent = 0;
  let inLine = 0;
  let offset = 0;
  let fresh = true;
  for (const token of new Lexer().lex(text)) {
    if (token === "[" || token === "{") flow += 1;
    else if (token === "]" || token === "}") flow = Math.max(0, flow - 1);
    else if (token === "-" || token === "?") inLine += 1;
    else if (token === "\n" || token === "\r\n") [indent, inLine] = [0, 0];
    else if (fresh && /^ +$/.test(token)) indent = token.length;
    fresh = token === "\n" || token === "\r\n";
    if (flow + indent + inLine > yamlBounds.depth) {
      const expected = `at most ${yamlBounds.depth} levels`;
      return {
        offset: Math.min(offset, text.length - 1),
        code: "RB0003",
        found: "things too deep inside each other",
        expected,
      };
    }
    // Marks of the lexer itself, such as where a document begins, are no text.
    if (!lexerMarks.has(token)) offset += token.length;
  }
  return undefined;
}

/**
 * Aliases of nothing, aliases inside what they stand for (data without an end), and aliases that multiply without
 * bounds.
 */
export function looseAliases(document: Document): readonly YamlProblem[] {
  const problems: YamlProblem[] = [];
  visit(document, {
    Alias(_, alias) {
      const at = alias.range?.[0] ?? 0;
      const [from = 0, to = 0] = alias.resolve(document)?.range ?? [];
      if (to > 0 && (at < from || at >= to)) return;
      const found = `*${alias.source}, ${to === 0 ? "which stands for nothing" : "inside what it stands for"}`;
      problems.push({ offset: at, code: "RB0004", found, expected: `a value marked &${alias.source} before` });
    },
  });
  if (problems.length > 0 || sizeOf(document, document.contents, new Map()) <= yamlBounds.values) return problems;
  const expected = `at most ${yamlBounds.values} values`;
  return [
    { offset: 0, code: "RB0004", found: "aliases of aliases, which make more values than anybody writes", expected },
  ];
}

/** Values below a node once aliases are followed. What an alias stands for is counted once and remembered. */
function sizeOf(document: Document, node: unknown, known: Map<unknown, number>): number {
  if (isAlias(node)) return sizeOf(document, resolved(document, node), known);
  if (isPair(node)) return sizeOf(document, node.key, known) + sizeOf(document, node.value, known);
  if (!isMap(node) && !isSeq(node)) return 1;
  const before = known.get(node);
  if (before !== undefined) return before;
  let sum = 1;
  for (const item of node.items) sum += sizeOf(document, item, known);
  known.set(node, sum);
  return sum;
}

/**
 * A merge key takes the keys of a map, or of each map of a list; a key is no map (as `{{ q }}` without quotes has one)
 * and no list.
 */
export function oddKeys(document: Document): readonly YamlProblem[] {
  const problems: YamlProblem[] = [];
  visit(document, {
    Pair(_, { key, value }) {
      const name = resolved(document, key);
      if (isMap(name) || isSeq(name)) {
        const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0;
        const suggestion = "if it is a text, put it in quotes";
        problems.push({
          offset,
          code: "RB0006",
          found: `a ${isMap(name) ? "map" : "list"} as a key`,
          expected: "a name",
          suggestion,
        });
        return visit.SKIP;
      }
      if (!isMergeKey(key) || mergeSources(document, value).every(isMap)) return undefined;
      const offset = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
      problems.push({
        offset,
        code: "RB0006",
        found: "<< of something else than a map",
        expected: "a map, or a list of maps: `<<: *name`",
      });
      return undefined;
    },
  });
  return problems;
}

/**
 * The first key of each map that is there already (more of them are one slip, a `- ` that is missing), and `__proto__`,
 * which would be dropped silently by whoever copies the data.
 */
export function badKeys(document: Document): readonly YamlProblem[] {
  const problems: YamlProblem[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      let told = false;
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        const offset = key.range?.[0] ?? 0;
        if (seen.has(name)) {
          if (told) continue;
          told = true;
          const shown = isMergeKey(key) ? "a second <<" : "a key that is there already";
          const suggestion = isMergeKey(key) ? { suggestion: "merge several maps by `<<: [*a, *b]`" } : {};
          problems.push({ offset, code: "RB0007", found: shown, expected: "each key once", ...suggestion });
        } else if (name === "__proto__")
          problems.push({ offset, code: "RB0006", found: 'the key "__proto__"', expected: "another name" });
        seen.add(name);
      }
    },
  });
  return problems;
}
