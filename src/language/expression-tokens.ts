// Cuts an expression into words with columns and refuses every word that is not on the list, before any parser sees it.
// mathjs keeps no positions in its tree; these tokens give the columns for what the tree walk refuses later.

import type { ProblemCode } from "../core/problems/index.ts";

/** A place inside an expression that is wrong; `column` counts from 1. */
export interface ExpressionProblem {
  readonly code: ProblemCode;
  readonly column: number;
  readonly found: string;
  readonly expected: string;
  readonly suggestion?: string;
}

export interface Token {
  readonly kind: "number" | "boolean" | "name" | "function" | "word-operator" | "operator" | "open" | "close" | "comma";
  readonly text: string;
  readonly column: number;
}

/** Functions that may be called; all take numbers and give a number. */
export const allowedFunctions = ["min", "max", "abs", "floor", "ceil", "round"] as const;

/** Bounds on an expression: characters, and parentheses inside each other. */
export const expressionBounds = { length: 400, depth: 20 } as const;

const wordOperators = ["and", "or", "not"];
const forbiddenSegments = ["constructor", "prototype", "import", "createUnit", "evaluate", "parse", "simplify"];
const pattern =
  /(?<space>\s+)|(?<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(?<operator><=|>=|==|!=|[-+*/<>?:])|(?<open>\()|(?<close>\))|(?<comma>,)/y;

/** Cuts the text; every token refused gives one problem. */
export function scanExpression(text: string): { tokens: readonly Token[]; problems: readonly ExpressionProblem[] } {
  const tokens: Token[] = [];
  const problems: ExpressionProblem[] = [];
  let at = 0;
  while (at < text.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) {
      problems.push(strayCharacter(text, at));
      at += strayLength(text, at);
      continue;
    }
    const [word] = match;
    const token = tokenOf(match.groups ?? {}, word, at + 1);
    if (token) tokens.push(asCall(token, text.slice(at + word.length)));
    at += word.length;
  }
  problems.push(...neighbourProblems(tokens, text), ...tokens.flatMap(wordProblems), ...depthProblems(tokens));
  const columns = new Set<number>();
  const first = problems.filter(({ column }) => !columns.has(column) && columns.add(column));
  return { tokens, problems: first.toSorted((a, b) => a.column - b.column) };
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>, text: string, column: number): Token | null {
  if (groups["space"] !== undefined) return null;
  if (groups["number"] !== undefined) return { kind: "number", text, column };
  if (groups["open"] !== undefined) return { kind: "open", text, column };
  if (groups["close"] !== undefined) return { kind: "close", text, column };
  if (groups["comma"] !== undefined) return { kind: "comma", text, column };
  if (groups["operator"] !== undefined) return { kind: "operator", text, column };
  if (wordOperators.includes(text)) return { kind: "word-operator", text, column };
  if (text === "true" || text === "false") return { kind: "boolean", text, column };
  return { kind: "name", text, column };
}

function asCall(token: Token, rest: string): Token {
  return token.kind === "name" && /^\s*\(/.test(rest) ? { ...token, kind: "function" } : token;
}

const strayHints: Readonly<Record<string, string>> = {
  "=": "compare with ==",
  "!": "negate with not (…)",
  "&": "write and",
  "|": "write or",
  "^": "multiply instead",
  "%": "write a share, e.g. 0.05 for 5 %",
  '"': "leave the quotes out: only numbers and names are compared",
  "'": "leave the quotes out: only numbers and names are compared",
};

function strayLength(text: string, at: number): number {
  const first = String.fromCodePoint(text.codePointAt(at) ?? 0);
  let length = first.length;
  while (text.startsWith(first, at + length)) length += first.length;
  return length;
}

function strayCharacter(text: string, at: number): ExpressionProblem {
  const first = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const hint = strayHints[first];
  return {
    column: at + 1,
    code: "RB0202",
    found: `"${first}"`,
    expected: "numbers, names of probes, + - * / < <= > >= == != and or not ( ) ? : and functions",
    ...(hint === undefined ? {} : { suggestion: hint }),
  };
}

function wordProblems({ kind, text, column }: Token): ExpressionProblem[] {
  if (kind === "number" && !Number.isFinite(Number(text))) {
    return [{ column, code: "RB0204", found: text, expected: "a finite number" }];
  }
  if (kind === "number" && /^\d+$/.test(text) && BigInt(text) !== BigInt(Number(text))) {
    return [
      {
        column,
        code: "RB0204",
        found: text,
        expected: `a number that is read as it is written: at most ${Number.MAX_SAFE_INTEGER}`,
      },
    ];
  }
  if (kind === "function" && !allowedFunctions.some((name) => name === text)) {
    return [
      { column, code: "RB0203", found: `a call of "${text}"`, expected: `one of ${allowedFunctions.join(", ")}` },
    ];
  }
  if (kind !== "name") return [];
  if (text.split(".").some((part) => part.startsWith("__") || forbiddenSegments.includes(part))) {
    return [{ column, code: "RB0203", found: `"${text}"`, expected: "the name of a probe" }];
  }
  if (!text.includes(".")) {
    return [
      { column, code: "RB0203", found: `"${text}"`, expected: "a dotted name of a probe, such as users.error_share" },
    ];
  }
  return [];
}

/** `2 a` and `400ms` would be a silent multiplication. */
function neighbourProblems(tokens: readonly Token[], text: string): ExpressionProblem[] {
  return tokens.flatMap((token, index) => {
    const before = tokens[index - 1];
    if (!before || !endsOperand(before) || !startsOperand(token)) return [];
    const between = text.slice(before.column - 1 + before.text.length, token.column - 1);
    if (between.trim() !== "") return [];
    return [
      {
        column: token.column,
        code: "RB0202",
        found: `"${token.text}" right after "${before.text}"`,
        expected: "an operator between them",
      },
    ];
  });
}

function endsOperand({ kind }: Token): boolean {
  return kind === "number" || kind === "name" || kind === "boolean" || kind === "close";
}

function startsOperand({ kind, text }: Token): boolean {
  return endsOperand({ kind, text, column: 0 }) ? kind !== "close" : kind === "open" || kind === "function";
}

function depthProblems(tokens: readonly Token[]): ExpressionProblem[] {
  let depth = 0;
  for (const { kind, column } of tokens) {
    if (kind === "open") depth += 1;
    if (kind === "close") depth -= 1;
    if (depth > expressionBounds.depth) {
      return [
        {
          column,
          code: "RB0201",
          found: "too many parentheses inside each other",
          expected: `at most ${expressionBounds.depth}`,
        },
      ];
    }
  }
  return [];
}
