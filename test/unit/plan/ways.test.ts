import { expect, test } from "vitest";
import type { Intent, Selector } from "../../../src/core/intent.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { makePlans } from "../../../src/plan/make-plan.ts";
import { context, shop, soundIntent } from "../../builders/intent-fixtures.ts";

const { intent } = lintIntentText(soundIntent, "experiments/network/slow.yaml", context);
const spare = { from: "gateway", to: "vector-1", via: "spare", addressEnv: "SPARE" };
const targets = new Map([["shop", { ...shop, edges: [...shop.edges, spare] }]]);

function sitesOf(selector: Selector): unknown[] {
  if (intent === undefined) throw new Error("the sound intent is none");
  const fault = { fault: "process.kill", on: selector, params: {} };
  const one: Intent = { ...intent, arms: ["treatment"], disturbances: [fault] };
  return makePlans([one], targets, { runId: "r1", trials: 1 }).flatMap(({ disturbances }) =>
    disturbances.map((item) => (item.type === "fault" ? item.site : null)),
  );
}

test("of several ways between the same two a fault is put on the one that is named, else on the usual one", () => {
  expect(sitesOf({ service: "vector", count: 1, edgeFrom: "gateway", via: "spare" })).toEqual([
    { service: "vector", replica: "vector-1", edgeFrom: "gateway", via: "spare" },
  ]);
  expect(sitesOf({ service: "vector", count: 1, edgeFrom: "gateway" })).toEqual([
    { service: "vector", replica: "vector-1", edgeFrom: "gateway" },
  ]);
});
