// The meaning of each allowed operator and function: type-checked when compiled, and careful about what was not seen.

import type { ExpressionProblem } from "./expression-tokens.ts";
import { allowedFunctions } from "./expression-tokens.ts";

export type StepType = "number" | "boolean";

/** A value, or why there is none. */
type StepValue = number | boolean | { readonly unseen: string };

/** One compiled piece of an expression; `column` is where it starts in the text. */
export interface Step {
  readonly type: StepType;
  readonly column: number;
  run(scope: (name: string) => number | undefined): StepValue;
}

/** Stands for a piece that was refused; never run, because a refused piece refuses the whole expression. */
export const failed: Step = { type: "number", column: 1, run: () => ({ unseen: "refused" }) };

// The relative tolerance mathjs compares with (its `relTol`), so that 0.3 == 0.1 + 0.2 holds.
const relativeTolerance = 1e-12;

/** Equal as comparisons take it. */
export function nearlyEqual(a: number, b: number): boolean {
  return a === b || Math.abs(a - b) <= relativeTolerance * Math.max(Math.abs(a), Math.abs(b));
}

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
};

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b && !nearlyEqual(a, b),
  "<=": (a, b) => a <= b || nearlyEqual(a, b),
  ">": (a, b) => a > b && !nearlyEqual(a, b),
  ">=": (a, b) => a >= b || nearlyEqual(a, b),
  "==": nearlyEqual,
  "!=": (a, b) => !nearlyEqual(a, b),
};

const functions: Readonly<Record<(typeof allowedFunctions)[number], (values: readonly number[]) => number>> = {
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  abs: ([value = Number.NaN]) => Math.abs(value),
  floor: ([value = Number.NaN]) => Math.floor(value),
  ceil: ([value = Number.NaN]) => Math.ceil(value),
  round: ([value = Number.NaN]) => Math.sign(value) * Math.round(Math.abs(value)),
};

/** Compiles one operator with its operands; wrong types are reported at the operand. */
export function compileOperator(op: string, args: readonly Step[], problems: ExpressionProblem[]): Step {
  const [first, second] = args;
  if (!first) return failed;
  if (!second) return compileUnary(op, first, problems);
  const { column } = first;
  const compute = arithmetic[op];
  if (compute && wants("number", op, args, problems)) {
    return { type: "number", column, run: numeric(args, ([a = Number.NaN, b = Number.NaN]) => compute(a, b), op) };
  }
  const compare = comparisons[op];
  if (compare) return compileComparison(op, { first, second, compare }, problems);
  if ((op === "and" || op === "or") && wants("boolean", op, args, problems)) {
    const decisive = op === "or";
    return { type: "boolean", column, run: (scope) => decide(decisive, first.run(scope), () => second.run(scope)) };
  }
  if (!compute && op !== "and" && op !== "or") problems.push(notAllowed(op, column));
  return failed;
}

function compileUnary(op: string, operand: Step, problems: ExpressionProblem[]): Step {
  const { column } = operand;
  if (op === "not") {
    if (!wants("boolean", op, [operand], problems)) return failed;
    return {
      type: "boolean",
      column,
      run: (scope) => {
        const value = operand.run(scope);
        return typeof value === "object" ? value : !value;
      },
    };
  }
  if (op !== "-" && op !== "+") {
    problems.push(notAllowed(op, column));
    return failed;
  }
  if (!wants("number", op, [operand], problems)) return failed;
  const sign = op === "-" ? -1 : 1;
  return { type: "number", column, run: numeric([operand], ([a = Number.NaN]) => sign * a, op) };
}

interface Comparison {
  readonly first: Step;
  readonly second: Step;
  readonly compare: (a: number, b: number) => boolean;
}

function compileComparison(op: string, { first, second, compare }: Comparison, problems: ExpressionProblem[]): Step {
  if (!wants("number", op, [first, second], problems)) return failed;
  return {
    type: "boolean",
    column: first.column,
    run: (scope) => {
      const a = first.run(scope);
      if (typeof a === "object") return a;
      const b = second.run(scope);
      return typeof b === "object" ? b : compare(Number(a), Number(b));
    },
  };
}

/** Three-valued (Kleene): one decisive side settles it although the other was not seen. */
function decide(decisive: boolean, a: StepValue, other: () => StepValue): StepValue {
  if (a === decisive) return decisive;
  const b = other();
  if (b === decisive) return decisive;
  return typeof a === "object" ? a : b;
}

/** Compiles `condition ? yes : no`; both branches must be of one type. */
export function compileConditional(
  parts: { readonly condition: Step; readonly yes: Step; readonly no: Step },
  problems: ExpressionProblem[],
): Step {
  const { condition, yes, no } = parts;
  if (!wants("boolean", "?", [condition], problems)) return failed;
  if (!wants(yes.type, ":", [no], problems)) return failed;
  return {
    type: yes.type,
    column: condition.column,
    run: (scope) => {
      const chosen = condition.run(scope);
      if (typeof chosen !== "object") return (chosen ? yes : no).run(scope);
      const value = yes.run(scope);
      return typeof value !== "object" && value === no.run(scope) ? value : chosen;
    },
  };
}

/** Compiles a call of one of the allowed functions. */
export function compileCall(
  call: { readonly name: string; readonly args: readonly Step[]; readonly column: number },
  problems: ExpressionProblem[],
): Step {
  const name = allowedFunctions.find((allowed) => allowed === call.name);
  if (!name) {
    problems.push({
      column: call.column,
      code: "RB0203",
      found: `a call of "${call.name}"`,
      expected: allowedFunctions.join(", "),
    });
    return failed;
  }
  const many = name === "min" || name === "max";
  if (many ? call.args.length === 0 : call.args.length !== 1) {
    const expected = many ? "at least one" : "exactly one";
    problems.push({ column: call.column, code: "RB0206", found: `${name} of ${call.args.length} values`, expected });
    return failed;
  }
  if (!wants("number", name, call.args, problems)) return failed;
  return { type: "number", column: call.column, run: numeric(call.args, functions[name], name) };
}

function numeric(args: readonly Step[], compute: (values: readonly number[]) => number, what: string): Step["run"] {
  return (scope) => {
    const values: number[] = [];
    for (const arg of args) {
      const value = arg.run(scope);
      if (typeof value === "object") return value;
      values.push(Number(value));
    }
    const result = compute(values);
    return Number.isFinite(result) ? result : { unseen: `"${what}" of ${values.join(" and ")} is not a number` };
  };
}

function wants(type: StepType, op: string, args: readonly Step[], problems: ExpressionProblem[]): boolean {
  // A refused piece already has its problem; do not add a second one for its type.
  if (args.includes(failed)) return false;
  const wrong = args.filter((arg) => arg.type !== type);
  for (const { column } of wrong) {
    const [found, expected] = type === "number" ? ["a condition", "a number"] : ["a number", "a condition"];
    problems.push({
      column,
      code: "RB0206",
      found: `${found} with "${op}"`,
      expected,
      suggestion: "check the parentheses",
    });
  }
  return wrong.length === 0;
}

function notAllowed(op: string, column: number): ExpressionProblem {
  return { column, code: "RB0203", found: `the operator "${op}"`, expected: "+ - * / < <= > >= == != and or not" };
}
