// The conditions of a steady state, compiled once and asked many times: of windows, and of single samples.

import { compileExpression } from "../../language/expression.ts";
import type { Evaluation, Scope } from "../../language/expression.ts";
import type { Condition } from "../../records/conditions.ts";
import { baselinePrefix } from "../../core/user-probes.ts";

/** A condition ready to be asked; one that does not compile (lint reports it) is never seen. */
export interface CompiledCondition extends Condition {
  /** Every name in the expression, `baseline.` included. */
  readonly names: readonly string[];
  readonly evaluate: (scope: Scope) => Evaluation;
  /** The same by the exit condition: what must hold before a breach is over. */
  readonly evaluateExit: (scope: Scope) => Evaluation;
}

/** Compiles conditions once, for asking many windows. */
export function compileConditions(conditions: readonly Condition[]): CompiledCondition[] {
  return conditions.map((condition) => {
    const [where, back] = [compile(condition.expression), compile(condition.back ?? condition.expression)];
    return {
      ...condition,
      names: [...new Set([...where.names, ...back.names])],
      evaluate: where.evaluate,
      evaluateExit: back.evaluate,
    };
  });
}

function compile(text: string): Pick<CompiledCondition, "names" | "evaluate"> {
  const compiled = compileExpression(text);
  if (compiled.ok) {
    const { expression } = compiled;
    return { names: expression.names, evaluate: (scope) => expression.evaluate(scope) };
  }
  return { names: [], evaluate: () => ({ ok: false, reason: "the expression does not compile" }) };
}

/** Values by name as an expression sees them: those of one window, and the baseline's behind `baseline.`. */
export function scopeOf(values: Readonly<Record<string, number>>, baseline: Readonly<Record<string, number>>): Scope {
  return (name) => (name.startsWith(baselinePrefix) ? baseline[name.slice(baselinePrefix.length)] : values[name]);
}
