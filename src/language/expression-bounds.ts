// What an expression can come to when its names lie within bounds: interval arithmetic over the tree. It may say that
// more is possible than is (a name that stands twice is taken for two), never less.

import type { ParsedNode } from "mathjs/lib/browser/math.js";
import { nearlyEqual } from "./expression-steps.ts";

/** Closed; ends may be infinite, values never are. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

/** Bounds of a dotted name. */
export type Bounds = (name: string) => Interval;

/** Which answers a condition can give, among the windows in which it gives one. */
export interface Answers {
  readonly canBeTrue: boolean;
  readonly canBeFalse: boolean;
}

/** A condition is the interval of 0 (false) and 1 (true). */
const everything: Interval = { lo: -Infinity, hi: Infinity };
/** Far above the relative tolerance of comparisons, so that what is nearly equal lies inside. */
const slack = 1e-11;

/** What a condition can answer within bounds. `nameOf`: the dotted name that a node is, if it is one. */
export function answersWithin(tree: ParsedNode, nameOf: NameOf, bounds: Bounds): Answers {
  const { lo, hi } = within(tree, { nameOf, bounds });
  return { canBeTrue: hi >= 1, canBeFalse: lo <= 0 };
}

export type NameOf = (node: ParsedNode) => string | undefined;

interface World {
  readonly nameOf: NameOf;
  readonly bounds: Bounds;
}

function within(node: ParsedNode, world: World): Interval {
  switch (node.type) {
    case "ParenthesisNode":
      return within(node.content, world);
    case "ConstantNode":
      return point(Number(node.value));
    case "SymbolNode":
    case "AccessorNode": {
      const name = world.nameOf(node);
      return name === undefined ? everything : world.bounds(name);
    }
    case "OperatorNode":
      return operatorWithin(node, world);
    case "ConditionalNode": {
      const { lo, hi } = within(node.condition, world);
      if (lo >= 1) return within(node.trueExpr, world);
      if (hi <= 0) return within(node.falseExpr, world);
      return hull([within(node.trueExpr, world), within(node.falseExpr, world)]);
    }
    case "FunctionNode": {
      const name = node.fn.type === "SymbolNode" ? node.fn.name : "";
      return functionWithin(
        name,
        node.args.map((arg) => within(arg, world)),
      );
    }
    default:
      return everything;
  }
}

type Operator = Extract<ParsedNode, { type: "OperatorNode" }>;

function operatorWithin({ op, args }: Operator, world: World): Interval {
  const [first, second] = args;
  if (!first) return everything;
  const a = within(first, world);
  if (!second) return unaryWithin(op, a);
  if (op === "and" || op === "or") {
    const isAnd = op === "and";
    // Where the first side leaves it open, what it says of its name holds for the second.
    const b = within(second, world);
    const narrowed = assume(first, isAnd, world);
    const open = narrowed === undefined ? undefined : within(second, narrowed);
    if (isAnd) return { lo: Math.min(a.lo, b.lo), hi: open === undefined ? 0 : Math.min(a.hi, b.hi, open.hi) };
    return { lo: open === undefined ? 1 : Math.max(a.lo, b.lo, open.lo), hi: Math.max(a.hi, b.hi) };
  }
  const b = within(second, world);
  return isComparison(op) ? compared(op, a, b) : computed(op, a, b);
}

function unaryWithin(op: string, a: Interval): Interval {
  if (op === "not") return { lo: 1 - a.hi, hi: 1 - a.lo };
  return op === "-" ? { lo: -a.hi, hi: -a.lo } : a;
}

const comparisons = ["<", "<=", ">", ">=", "==", "!="];

function isComparison(op: string): boolean {
  return comparisons.includes(op);
}

/**
 * Equality is up to the tolerance of `evaluate`; the ends that lie nearest to each other decide whether any two are
 * equal.
 */
function compared(op: string, a: Interval, b: Interval): Interval {
  const [below, above] = [a.lo < b.hi, a.hi > b.lo];
  const touches = nearly(a.lo, b.hi) || nearly(a.hi, b.lo);
  const meets = (a.lo <= b.hi && a.hi >= b.lo) || touches;
  switch (op) {
    case "<":
      return answer(below, above || meets);
    case "<=":
      return answer(below || meets, above);
    case ">":
      return answer(above, below || meets);
    case ">=":
      return answer(above || meets, below);
    case "==":
      return answer(meets, below || above);
    default:
      return answer(below || above, meets);
  }
}

/** An infinite end is only a bound: no value is equal to it. */
function nearly(a: number, b: number): boolean {
  return Number.isFinite(a) && Number.isFinite(b) && nearlyEqual(a, b);
}

function answer(canBeTrue: boolean, canBeFalse: boolean): Interval {
  return { lo: canBeFalse ? 0 : 1, hi: canBeTrue ? 1 : 0 };
}

function computed(op: string, a: Interval, b: Interval): Interval {
  if (op === "+") return sum(a, b);
  if (op === "-") return sum(a, { lo: -b.hi, hi: -b.lo });
  if (op === "*") return hull(ends(a, b, (x, y) => (x === 0 || y === 0 ? 0 : x * y)).map(point));
  if (op !== "/" || (b.lo < 0 && b.hi > 0) || (b.lo === 0 && b.hi === 0)) return everything;
  // A division by zero itself is not seen; next to it the quotient grows without bounds.
  const [lo, hi] = [b.lo === 0 ? 0 : b.lo, b.hi === 0 ? -0 : b.hi];
  return hull(
    ends(a, { lo, hi }, (x, y) => (x === 0 ? 0 : Number.isFinite(x) || Number.isFinite(y) ? x / y : 0)).map(point),
  );
}

function sum(a: Interval, b: Interval): Interval {
  const [lo, hi] = [a.lo + b.lo, a.hi + b.hi];
  return { lo: Number.isNaN(lo) ? -Infinity : lo, hi: Number.isNaN(hi) ? Infinity : hi };
}

function ends(a: Interval, b: Interval, of: (x: number, y: number) => number): readonly number[] {
  return [of(a.lo, b.lo), of(a.lo, b.hi), of(a.hi, b.lo), of(a.hi, b.hi)];
}

function functionWithin(name: string, args: readonly Interval[]): Interval {
  const [first = everything] = args;
  if (name === "min" || name === "max") {
    const pick = name === "min" ? Math.min : Math.max;
    return { lo: pick(...args.map(({ lo }) => lo)), hi: pick(...args.map(({ hi }) => hi)) };
  }
  if (name === "abs") {
    const [lo, hi] = [Math.abs(first.lo), Math.abs(first.hi)];
    return { lo: first.lo <= 0 && first.hi >= 0 ? 0 : Math.min(lo, hi), hi: Math.max(lo, hi) };
  }
  const step = { floor: Math.floor, ceil: Math.ceil, round: roundAway }[name];
  return step === undefined ? everything : { lo: step(first.lo), hi: step(first.hi) };
}

function roundAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

/** The world in which this condition came out as `truth`; undefined when there is none. */
function assume(node: ParsedNode, truth: boolean, world: World): World | undefined {
  if (node.type === "ParenthesisNode") return assume(node.content, truth, world);
  if (node.type !== "OperatorNode") return world;
  const { op, args } = node;
  const [first, second] = args;
  if (!first) return world;
  if (op === "not") return assume(first, !truth, world);
  if (!second) return world;
  if (op === (truth ? "and" : "or")) {
    const halfway = assume(first, truth, world);
    return halfway && assume(second, truth, halfway);
  }
  if (!isComparison(op)) return world;
  const left = narrowed(first, { op, truth, other: within(second, world) }, world);
  return left && narrowed(second, { op: mirrored[op] ?? op, truth, other: within(first, world) }, left);
}

const mirrored: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

interface Claim {
  readonly op: string;
  readonly truth: boolean;
  readonly other: Interval;
}

/** Where the node is a name: its bounds, cut by what was compared with it. */
function narrowed(node: ParsedNode, { op, truth, other }: Claim, world: World): World | undefined {
  const name = node.type === "ParenthesisNode" ? undefined : world.nameOf(node);
  if (name === undefined) return world;
  const least = other.lo - slack * Math.abs(other.lo);
  const most = other.hi + slack * Math.abs(other.hi);
  const before = world.bounds(name);
  const upper = truth ? { "<": other.hi, "<=": most, "==": most }[op] : { ">": most, ">=": other.hi, "!=": most }[op];
  const lower = truth
    ? { ">": other.lo, ">=": least, "==": least }[op]
    : { "<": least, "<=": other.lo, "!=": least }[op];
  const now = { lo: atLeast(before.lo, lower), hi: atMost(before.hi, upper) };
  if (now.lo > now.hi) return undefined;
  return { nameOf: world.nameOf, bounds: (asked) => (asked === name ? now : world.bounds(asked)) };
}

/** An end that is no number (infinite minus infinite) cuts nothing. */
function atLeast(before: number, lower = Number.NaN): number {
  return Number.isNaN(lower) ? before : Math.max(before, lower);
}

function atMost(before: number, upper = Number.NaN): number {
  return Number.isNaN(upper) ? before : Math.min(before, upper);
}

function point(value: number): Interval {
  return { lo: value, hi: value };
}

function hull(intervals: readonly Interval[]): Interval {
  const lo = Math.min(...intervals.map((each) => each.lo));
  const hi = Math.max(...intervals.map((each) => each.hi));
  return Number.isNaN(lo) || Number.isNaN(hi) ? everything : { lo, hi };
}

/** A name that is compared with a number, side by side. */
export interface LiteralComparison {
  readonly name: string;
  readonly literal: number;
}

/** Every comparison of a bare name with a bare number, in order. */
export function literalComparisons(node: ParsedNode, nameOf: NameOf): readonly LiteralComparison[] {
  switch (node.type) {
    case "ParenthesisNode":
      return literalComparisons(node.content, nameOf);
    case "ConditionalNode":
      return [node.condition, node.trueExpr, node.falseExpr].flatMap((part) => literalComparisons(part, nameOf));
    case "FunctionNode":
      return node.args.flatMap((part) => literalComparisons(part, nameOf));
    case "OperatorNode": {
      const own = isComparison(node.op) ? literalPair(node.args, nameOf) : [];
      return [...own, ...node.args.flatMap((part) => literalComparisons(part, nameOf))];
    }
    default:
      return [];
  }
}

function literalPair([first, second]: readonly ParsedNode[], nameOf: NameOf): readonly LiteralComparison[] {
  if (!first || !second) return [];
  const [named, constant] = second.type === "ConstantNode" ? [first, second] : [second, first];
  const name = nameOf(named);
  if (constant.type !== "ConstantNode" || typeof constant.value !== "number" || name === undefined) return [];
  return [{ name, literal: constant.value }];
}
