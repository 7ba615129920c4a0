import fc from "fast-check";
import { compileExpression } from "../../../src/language/expression.ts";
import type { Evaluation, Expression } from "../../../src/language/expression.ts";

export function compiled(text: string): Expression {
  const result = compileExpression(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.expression;
}

export function evaluated(text: string, values: Readonly<Record<string, number>> = {}): Evaluation {
  return compiled(text).evaluate((name) => values[name]);
}

export function refusals(text: string): string[] {
  const result = compileExpression(text);
  return result.ok ? [] : result.problems.map((problem) => `${problem.column}: ${problem.found}`);
}

/** Text of a generated sum, and what JavaScript makes of the same sum with 0.25 for every name. */
export interface Sum {
  readonly text: string;
  readonly value: number;
}

const name = fc.constantFrom("users.error_share", "baseline.recall.vector", "a.b", "replicas.vector");

const operations: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
};

export const { number: numeric, condition } = fc.letrec<{ number: Sum; condition: string }>((tie) => ({
  number: fc.oneof(
    { maxDepth: 4 },
    name.map((text) => ({ text, value: 0.25 })),
    fc
      .double({ min: 0, max: 100, noNaN: true })
      .map((value) => ({ text: value.toFixed(3), value: Number(value.toFixed(3)) })),
    fc.tuple(tie("number"), fc.constantFrom("+", "-", "*", "/"), tie("number")).map(([a, op, b]) => ({
      text: `(${a.text} ${op} ${b.text})`,
      value: operations[op]?.(a.value, b.value) ?? Number.NaN,
    })),
    fc
      .tuple(tie("number"), tie("number"))
      .map(([a, b]) => ({ text: `max(${a.text}, ${b.text})`, value: Math.max(a.value, b.value) })),
    tie("number").map((inner) => ({ text: `(-${inner.text})`, value: -inner.value })),
  ),
  condition: fc.oneof(
    { maxDepth: 4 },
    fc
      .tuple(tie("number"), fc.constantFrom("<", "<=", "==", "!=", ">", ">="), tie("number"))
      .map(([a, op, b]) => `${a.text} ${op} ${b.text}`),
    fc
      .tuple(tie("condition"), fc.constantFrom("and", "or"), tie("condition"))
      .map(([a, op, b]) => `(${a}) ${op} (${b})`),
    tie("condition").map((inner) => `not (${inner})`),
  ),
}));
