// Expressions of steady states: parsed by mathjs, walked against a whitelist, compiled once to plain functions. mathjs
// never evaluates anything here; what a name means is asked from the caller, and an unseen name is an answer of its
// own.

import mathjs from "mathjs/lib/browser/math.js";
import type { ParsedNode } from "mathjs/lib/browser/math.js";
import { answersWithin, literalComparisons } from "./expression-bounds.ts";
import type { Answers, Bounds, LiteralComparison } from "./expression-bounds.ts";
import { compileCall, compileConditional, compileOperator, failed } from "./expression-steps.ts";
import type { Step, StepType } from "./expression-steps.ts";
import { expressionBounds, scanExpression } from "./expression-tokens.ts";
import type { ExpressionProblem, Token } from "./expression-tokens.ts";
import { messageOf } from "../core/errors.ts";

/** Gives the value of a dotted name, or undefined when it was not seen. */
export type Scope = (name: string) => number | undefined;

/** What an expression came to, or why that cannot be said (which probe was not seen). */
export type Evaluation =
  | { readonly ok: true; readonly value: boolean | number }
  | { readonly ok: false; readonly reason: string };

export interface Expression {
  readonly text: string;
  readonly type: StepType;
  /** Every name in it once, in order, `baseline.` included. */
  readonly names: readonly string[];
  /** Never throws. A name that was not seen matters only if the result depends on it (`true or unseen` is true). */
  evaluate(scope: Scope): Evaluation;
  /** What a condition can answer while every name lies within its bounds; see expression-bounds.ts. */
  answersWithin(bounds: Bounds): Answers;
  /** Every comparison of a bare name with a bare number. */
  readonly literalComparisons: readonly LiteralComparison[];
}

export type Compilation =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly problems: readonly ExpressionProblem[] };

/** What was compiled last: rules ask for the same few texts again and again, within a file and across a library. */
const compiled = new Map<string, Compilation>();
const mostKept = 500;

/** Compiles one expression, or says all that is wrong with it with columns inside the text. */
export function compileExpression(text: string): Compilation {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const made = compileAnew(text);
  if (compiled.size >= mostKept) compiled.clear();
  compiled.set(text, made);
  return made;
}

function compileAnew(text: string): Compilation {
  if (text.trim() === "") return refused({ column: 1, code: "RB0201", found: "nothing", expected: "an expression" });
  if (text.length > expressionBounds.length) {
    const expected = `at most ${expressionBounds.length} characters`;
    return refused({
      column: expressionBounds.length + 1,
      code: "RB0201",
      found: `${text.length} characters`,
      expected,
    });
  }
  const { tokens, problems } = scanExpression(text);
  if (problems.length > 0) return { ok: false, problems };
  let tree: ParsedNode;
  try {
    tree = mathjs.parse(text.replaceAll(/\s/g, " "));
  } catch (thrown) {
    return refused(syntaxProblem(text, thrown));
  }
  const walk: Walk = { leaves: tokens.filter(isLeaf), operators: tokens, next: 0, problems: [] };
  const step = compileNode(tree, walk);
  if (walk.problems.length > 0 || step === failed) return { ok: false, problems: walk.problems };
  const names = [...new Set(tokens.filter((token) => token.kind === "name").map((token) => token.text))];
  const expression: Expression = {
    text,
    type: step.type,
    names,
    evaluate: (scope) => evaluation(step, scope),
    answersWithin: (bounds) => answersWithin(tree, dottedName, bounds),
    literalComparisons: literalComparisons(tree, dottedName),
  };
  return { ok: true, expression };
}

function evaluation(step: Step, scope: Scope): Evaluation {
  const value = step.run(scope);
  return typeof value === "object" ? { ok: false, reason: value.unseen } : { ok: true, value };
}

function refused(problem: ExpressionProblem): Compilation {
  return { ok: false, problems: [problem] };
}

function isLeaf({ kind }: Token): boolean {
  return kind === "number" || kind === "name" || kind === "boolean" || kind === "function";
}

function syntaxProblem(text: string, thrown: unknown): ExpressionProblem {
  const char: unknown = thrown instanceof Error && "char" in thrown ? thrown.char : undefined;
  const column = typeof char === "number" ? Math.min(Math.max(1, char), text.length + 1) : 1;
  const message = messageOf(thrown).replace(/\s*\(char \d+\)$/, "");
  return {
    column,
    code: "RB0202",
    found: `bad syntax (${message})`,
    expected: "an expression such as users.error_share <= 0.1",
  };
}

interface Walk {
  readonly leaves: readonly Token[];
  readonly operators: readonly Token[];
  /** Leaves come in the order of the text, so counting them gives each its column. */
  next: number;
  readonly problems: ExpressionProblem[];
}

function compileNode(node: ParsedNode, walk: Walk): Step {
  const column = walk.leaves[walk.next]?.column ?? 1;
  switch (node.type) {
    case "ParenthesisNode":
      return compileNode(node.content, walk);
    case "ConstantNode":
      walk.next += 1;
      return constant(node.value, column, walk);
    case "SymbolNode":
    case "AccessorNode":
      return compileName(node, column, walk);
    case "OperatorNode":
      return compileOperator(
        node.op,
        node.args.map((arg) => compileNode(arg, walk)),
        walk.problems,
      );
    case "ConditionalNode": {
      const condition = compileNode(node.condition, walk);
      const yes = compileNode(node.trueExpr, walk);
      return compileConditional({ condition, yes, no: compileNode(node.falseExpr, walk) }, walk.problems);
    }
    case "FunctionNode": {
      walk.next += 1;
      const name = node.fn.type === "SymbolNode" ? node.fn.name : "";
      const args = node.args.map((arg) => compileNode(arg, walk));
      return compileCall({ name, args, column }, walk.problems);
    }
    case "RelationalNode":
      walk.problems.push({
        column: secondComparison(walk) ?? column,
        code: "RB0205",
        found: "a chain of comparisons",
        expected: "one comparison",
        suggestion: "join two with and",
      });
      return failed;
    default:
      walk.problems.push({
        column,
        code: "RB0203",
        found: `a ${node.type.replace("Node", "").toLowerCase()}`,
        expected: "a condition",
      });
      return failed;
  }
}

function constant(value: unknown, column: number, walk: Walk): Step {
  if (typeof value === "number" && Number.isFinite(value)) return { type: "number", column, run: () => value };
  if (typeof value === "boolean") return { type: "boolean", column, run: () => value };
  walk.problems.push({
    column,
    code: "RB0204",
    found: `the constant ${String(value)}`,
    expected: "a number, true or false",
  });
  return failed;
}

function compileName(node: ParsedNode, column: number, walk: Walk): Step {
  walk.next += 1;
  const name = dottedName(node);
  if (name === undefined || walk.leaves[walk.next - 1]?.text !== name) {
    walk.problems.push({ column, code: "RB0203", found: "an access by index", expected: "a dotted name of a probe" });
    return failed;
  }
  return {
    type: "number",
    column,
    run: (scope) => {
      const value = scope(name);
      if (value === undefined) return { unseen: `${name} was not seen` };
      return Number.isFinite(value) ? value : { unseen: `${name} is not a number` };
    },
  };
}

function dottedName(node: ParsedNode): string | undefined {
  if (node.type === "SymbolNode") return node.name;
  if (node.type !== "AccessorNode" || !node.index.dotNotation || node.index.dimensions.length !== 1) return undefined;
  const [key] = node.index.dimensions;
  const object = dottedName(node.object);
  if (key?.type !== "ConstantNode" || typeof key.value !== "string" || object === undefined) return undefined;
  return `${object}.${key.value}`;
}

function secondComparison(walk: Walk): number | undefined {
  const start = walk.leaves[walk.next]?.column ?? 1;
  const comparisons = walk.operators.filter((token) => token.column > start && /^[<>=!]/.test(token.text));
  return comparisons[1]?.column;
}
