// Reasons that name another pathway than the claim is about.

import { expect, test } from "vitest";
import type { Claim } from "../../../src/records/claim.ts";
import { claimRows } from "../../../src/report/claims.ts";
import { originOf } from "../../../src/report/plot-series.ts";
import { reasonApart } from "../../../src/report/words-and-acts.ts";
import { passingRun } from "../../builders/sample-run.ts";
import { claim, samplePlan } from "../../builders/sample-trial.ts";

const base = samplePlan("a/b", "treatment");
const pathways = ["restart-replica", "restore-index", "restore-index-slowly", "hold", "a.b(c"];
const plan = { ...base, targetFacts: { ...base.targetFacts, pathways } };

function apart(reasons: readonly string[], extra: Partial<Claim> = { pathway: "restart-replica" }): string {
  const event = claim(0, "decided", { reasons, ...extra });
  if (event.kind !== "claim") throw new Error("no claim");
  return reasonApart(event.claim, plan);
}

test("a reason that speaks of another pathway is said to", () => {
  expect(apart(["policy 1 chooses restore-index (risk medium)"])).toBe("its reason speaks of restore-index");
  expect(apart(["either restore-index", "or a.b(c."])).toBe("its reason speaks of restore-index and a.b(c");
});

test("one that names its own pathway beside others weighs them", () => {
  expect(apart(["restart-replica, since restore-index is denied"])).toBe("");
});

test("no name is found in a longer one, in a plain word, or where the claim is about no pathway", () => {
  expect(apart(["restore-index-slowly"])).toBe("its reason speaks of restore-index-slowly");
  expect(apart(["the readings hold"])).toBe("");
  expect(apart(["restore-index"], {})).toBe("");
  expect(apart([])).toBe("");
});

test("the table of claims says so beside what we measured, of decisions and of actions", () => {
  const { run } = passingRun();
  const trial = run.intents[0]?.trials[0];
  if (trial === undefined) throw new Error("the sample has no trial");
  const reasons = ["policy 1 chooses restore-index"];
  const told = (["decided", "action.started"] as const).map((type, at) =>
    claim(2000 + at, type, { pathway: "restart-replica", reasons }),
  );
  const rows = claimRows(
    { ...trial, plan: { ...trial.plan, targetFacts: plan.targetFacts } },
    told,
    originOf(trial, told),
  );
  expect(rows.map(({ measured }) => measured.endsWith("; its reason speaks of restore-index"))).toEqual([true, true]);
});
