// Conditions that cannot come out either way: what is always true is never broken, what is never true never holds.

import type { ValueBounds } from "../core/probe-kind.ts";
import type { Bounds } from "../language/expression-bounds.ts";
import type { Expression } from "../language/expression.ts";
import { boundsOfUserProbe, probeOfName, userNameOf, userProbes } from "../core/user-probes.ts";
import { columnOfName } from "./draft.ts";
import type { Draft } from "./draft.ts";
import type { DataPath } from "../language/yaml-nodes.ts";

const anything: ValueBounds = { lo: -Infinity, hi: Infinity };

/** Reports a condition that is constant over the bounds of its names, and shares that are compared with percentages. */
export function checkCanComeOut(draft: Draft, path: DataPath, expression: Expression): void {
  const bounds = boundsFor(draft);
  const { canBeTrue, canBeFalse } = expression.answersWithin(bounds);
  const isConstant = canBeTrue !== canBeFalse;
  const percentage = expression.literalComparisons.find(
    ({ name, literal }) => literal > 1 && bounds(name).isShare === true,
  );
  if (!isConstant && percentage === undefined) return;
  if (!isConstant && percentage !== undefined) {
    draft.reportInside(path, columnOfName(expression.text, percentage.name), {
      code: "RB0308",
      found: `${percentage.name} compared with ${percentage.literal}, which comes out only one way`,
      expected: "a number from 0 to 1",
      suggestion: inPercent(percentage.literal),
    });
    return;
  }
  const found = canBeTrue ? "a condition that is always true" : "a condition that is never true";
  const expected = "one that can come out either way";
  const suggestion = percentage === undefined ? boundsInWords(expression.names, bounds) : inPercent(percentage.literal);
  draft.report(path, { code: "RB0307", found, expected, ...(suggestion === "" ? {} : { suggestion }) });
}

/** What is known of each name, its baseline included: a share, a count, a time, or nothing. */
function boundsFor({ target, context }: Draft): (name: string) => ValueBounds {
  return (name) => {
    const probe = probeOfName(name);
    const ofUsers = userNameOf(probe)?.probe;
    if (ofUsers !== undefined && userProbes.some((known) => known === ofUsers)) return userBounds(ofUsers);
    const spec = target?.probes.find((candidate) => candidate.name === probe);
    if (spec === undefined) return anything;
    const service = target?.services.find((candidate) => candidate.name === spec.service);
    const kind = context.probeKinds.find((candidate) => candidate.kind === spec.kind);
    return kind?.bounds(spec, service?.most ?? service?.replicas.length ?? Infinity) ?? anything;
  };
}

function userBounds(probe: string): ValueBounds {
  const bounds = boundsOfUserProbe(probe);
  return { ...bounds, isShare: bounds.hi === 1 };
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
