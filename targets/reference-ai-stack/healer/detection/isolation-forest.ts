// How easily is a point told apart from the others? Few random cuts suffice for one that lies alone. A second opinion
// on several metrics at once, never the only trigger.

import type { Random } from "./chance.ts";

export interface ForestRule {
  readonly trees: number;
  /** Points that each tree is grown from. */
  readonly sample: number;
  readonly random: Random;
}

type Tree =
  | { readonly kind: "leaf"; readonly size: number }
  | { readonly kind: "cut"; readonly axis: number; readonly at: number; readonly below: Tree; readonly above: Tree };

/** Euler's constant. */
const GAMMA = 0.577_215_664_901_532_9;

/**
 * Scores from 0 to 1 (Liu, Ting and Zhou 2008): 2^(−mean depth / c(sample)). About 0.5 is usual, near 1 is alone.
 * Throws for no points.
 */
export function growForest(
  points: readonly (readonly number[])[],
  { trees, sample, random }: ForestRule,
): (point: readonly number[]) => number {
  if (points.length === 0) throw new Error("no points to grow a forest from");
  const size = Math.min(sample, points.length);
  const deepest = Math.ceil(Math.log2(Math.max(2, size)));
  const forest = Array.from({ length: trees }, () => growTree(draw(points, size, random), deepest, random));
  const usual = pathLength(size);
  return (point) => {
    const depth = forest.reduce((sum, tree) => sum + depthOf(tree, point), 0) / trees;
    return usual === 0 ? 0.5 : 2 ** (-depth / usual);
  };
}

/** c(n): mean depth of an unsuccessful search in a binary search tree of n points. */
export function pathLength(n: number): number {
  if (n <= 1) return 0;
  if (n === 2) return 1;
  return 2 * (Math.log(n - 1) + GAMMA) - (2 * (n - 1)) / n;
}

function draw<T>(points: readonly T[], count: number, random: Random): T[] {
  const left = [...points];
  return Array.from({ length: count }, () => left.splice(Math.floor(random() * left.length), 1)).flat();
}

function growTree(points: readonly (readonly number[])[], deepest: number, random: Random): Tree {
  const axes = (points[0] ?? []).map((_, axis) => axis).filter((axis) => rangeOf(points, axis) > 0);
  const axis = axes[Math.floor(random() * axes.length)];
  if (deepest === 0 || points.length <= 1 || axis === undefined) return { kind: "leaf", size: points.length };
  const least = Math.min(...points.map((point) => point[axis] ?? 0));
  const at = least + random() * rangeOf(points, axis);
  const isBelow = (point: readonly number[]): boolean => (point[axis] ?? 0) < at;
  return {
    kind: "cut",
    axis,
    at,
    below: growTree(points.filter(isBelow), deepest - 1, random),
    above: growTree(
      points.filter((point) => !isBelow(point)),
      deepest - 1,
      random,
    ),
  };
}

function rangeOf(points: readonly (readonly number[])[], axis: number): number {
  const values = points.map((point) => point[axis] ?? 0);
  return Math.max(...values) - Math.min(...values);
}

function depthOf(tree: Tree, point: readonly number[]): number {
  let depth = 0;
  let here = tree;
  while (here.kind === "cut") {
    here = (point[here.axis] ?? 0) < here.at ? here.below : here.above;
    depth += 1;
  }
  return depth + pathLength(here.size);
}
