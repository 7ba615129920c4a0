// Conditions that cannot come out either way: what is always true is never broken, what is never true never holds.

import type { Bounds, Interval } from "../language/expression-bounds.ts";
import type { Expression } from "../language/expression.ts";
import type { Target } from "../core/target.ts";
import { boundsOfUserProbe, probeOfName, userProbes } from "../core/user-probes.ts";
import { columnOfName } from "./draft.ts";
import type { Draft } from "./draft.ts";
import type { DataPath } from "../language/yaml-source.ts";

const anything: Interval = { lo: -Infinity, hi: Infinity };

/** Reports a condition that is constant over the bounds of its names, and shares that are compared with percentages. */
export function checkCanComeOut(draft: Draft, path: DataPath, expression: Expression): void {
  const bounds = boundsFor(draft.target);
  const { canBeTrue, canBeFalse } = expression.answersWithin(bounds);
  const isConstant = canBeTrue !== canBeFalse;
  const percentage = expression.literalComparisons.find(
    ({ name, literal }) => literal > 1 && isShare(name, draft.target),
  );
  if (!isConstant && percentage === undefined) return;
  if (!isConstant && percentage !== undefined) {
    draft.reportInside(path, columnOfName(expression.text, percentage.name), {
      found: `${percentage.name} compared with ${percentage.literal}, which comes out only one way`,
      expected: "a number from 0 to 1",
      suggestion: inPercent(percentage.literal),
    });
    return;
  }
  const found = canBeTrue ? "a condition that is always true" : "a condition that is never true";
  const expected = "one that can come out either way";
  const suggestion = percentage === undefined ? boundsInWords(expression.names, bounds) : inPercent(percentage.literal);
  draft.report(path, { found, expected, ...(suggestion === "" ? {} : { suggestion }) });
}

/** What is known of each name, its baseline included: a share, a count, a time, or nothing. */
function boundsFor(target: Target | undefined): Bounds {
  return (name) => {
    const probe = probeOfName(name);
    if (userProbes.some((known) => known === probe)) return boundsOfUserProbe(probe);
    const spec = target?.probes.find((candidate) => candidate.name === probe);
    if (spec === undefined) return anything;
    if (spec.kind === "self-retrieval") return { lo: 0, hi: 1 };
    if (spec.kind === "http-json") return spec.data ? { lo: 0, hi: Infinity } : anything;
    const service = target?.services.find((candidate) => candidate.name === spec.service);
    return { lo: 0, hi: service?.replicas.length ?? Infinity };
  };
}

function isShare(name: string, target: Target | undefined): boolean {
  const probe = probeOfName(name);
  if (userProbes.some((known) => known === probe)) return boundsOfUserProbe(probe).hi === 1;
  return target?.probes.some(({ name: each, kind }) => each === probe && kind === "self-retrieval") ?? false;
}

function inPercent(literal: number): string {
  if (literal > 100) return "a share lies between 0 and 1";
  return `a share lies between 0 and 1: ${literal} % is ${Number((literal / 100).toPrecision(12))}`;
}

function boundsInWords(names: readonly string[], bounds: Bounds): string {
  const known = names.flatMap((name) => {
    const { lo, hi } = bounds(name);
    if (lo === -Infinity) return [];
    return [hi === Infinity ? `${name} is never below ${lo}` : `${name} lies between ${lo} and ${hi}`];
  });
  return known.slice(0, 3).join(", ");
}
