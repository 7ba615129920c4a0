// A stack that answers nobody must not count as healthy: what is refused because it would hold in a total outage.

import type { Interval } from "../language/expression-bounds.ts";
import { compileExpression } from "../language/expression.ts";
import { baselinePrefix, boundsOfUserProbe, probeOfName, userNameOf, userProbes } from "../core/user-probes.ts";
import { itemOf } from "./disturbance-items.ts";
import type { Draft } from "./draft.ts";

/** What every request that fails makes of the shares; nothing is answered, and so nothing is late. */
const inOutage: Readonly<Record<string, number>> = {
  "users.error_share": 1,
  "users.bad_share": 1,
  "users.slow_share": 0,
};

/** Checks the steady state, and the budget of what users may feel. */
export function checkOutage(draft: Draft): void {
  checkSteadyState(draft);
  checkBudget(draft);
}

function checkSteadyState(draft: Draft): void {
  const { steady } = draft.parts;
  const texts = Object.values(steady?.where ?? {}).filter((text) => !isStateView(text));
  // What has a problem of its own says nothing of outages yet.
  if (!texts.every((text) => canComeOut(text)) || texts.length === 0 || texts.some((text) => maySeeOutage(text)))
    return;
  draft.report(
    ["steady", "where"],
    {
      code: "RB0314",
      found: "a steady state that holds when every request fails",
      expected: "a condition of users that is false then",
      suggestion: "add one such as `users-answered: users.error_share <= 0.1`",
    },
    "key",
  );
}

/** True where it names nothing of users; in one that mixes both, users may be seen to fail. */
function isStateView(text: string): boolean {
  const compiled = compileExpression(text);
  if (!compiled.ok || compiled.expression.names.length === 0) return false;
  return compiled.expression.names.every((name) => probeOf(name) === "");
}

/** A condition of users' names that there are, which is not always the same. */
function canComeOut(text: string): boolean {
  const compiled = compileExpression(text);
  if (!compiled.ok || compiled.expression.type !== "boolean") return false;
  const { expression } = compiled;
  const isKnown = (name: string): boolean => userProbes.some((known) => known === probeOf(name));
  const isNow = expression.names.some((name) => !name.startsWith(baselinePrefix));
  const { canBeTrue, canBeFalse } = expression.answersWithin((name) => boundsOfUserProbe(probeOf(name)));
  const isPercentage = expression.literalComparisons.some(
    ({ name, literal }) => literal > 1 && boundsOfUserProbe(probeOf(name)).hi === 1,
  );
  return isNow && expression.names.every(isKnown) && canBeTrue && canBeFalse && !isPercentage;
}

function probeOf(name: string): string {
  return userNameOf(probeOfName(name))?.probe ?? "";
}

/** May the condition come out false while every request fails? In doubt it may. */
function maySeeOutage(text: string): boolean {
  const compiled = compileExpression(text);
  if (!compiled.ok) return true;
  const { expression } = compiled;
  const now = expression.names.filter((name) => !name.startsWith(baselinePrefix));
  // Of what is answered alone nothing is seen, and what is not seen breaks no steady state.
  if (now.length > 0 && now.every((name) => isOfAnswers(name))) return false;
  return expression.answersWithin(boundsInOutage).canBeFalse;
}

function isOfAnswers(name: string): boolean {
  return /^users\.(?:right_share|latency_|ttft_)/.test(userNameOf(name)?.probe ?? "");
}

function boundsInOutage(name: string): Interval {
  const probe = probeOf(name);
  const value = name.startsWith(baselinePrefix) ? undefined : inOutage[probe];
  return value === undefined ? boundsOfUserProbe(probe) : { lo: value, hi: value };
}

/** Of a budget 1 / (1 − slo) is burnt when every request that is expected is bad, and more with more load. */
function checkBudget(draft: Draft): void {
  const { expect, disturb = [] } = draft.parts;
  if (expect?.budget === undefined) return;
  const { slo, max_burn: maxBurn } = expect.budget;
  const factors = disturb.map((written) => itemOf(written, []).item.with?.["times"]);
  const times = Math.max(1, ...factors.filter((factor) => typeof factor === "number"));
  const all = Number((times / (1 - slo)).toPrecision(12));
  if (maxBurn < all) return;
  draft.report(["expect", "budget", "max_burn"], {
    code: "RB0315",
    found: `${maxBurn}, which is not exceeded when every request is bad`,
    expected: `less than ${Number(all.toPrecision(4))}, what a total outage burns with slo: ${slo}`,
  });
}
