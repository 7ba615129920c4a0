import { expect, test } from "vitest";
import type { Intent } from "../../../src/core/intent.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { makePlans } from "../../../src/plan/make-plan.ts";
import { context, shop, soundControl } from "../../builders/intent-fixtures.ts";

const { intent: placebo } = lintIntentText(soundControl, "experiments/control/placebo.yaml", context);

test("a probe that looks only with a value of a setting is planned with that value alone", () => {
  const [probe] = shop.probes;
  if (probe === undefined || placebo === undefined) throw new Error("the shop has probes");
  const values = { without: { value: "off" }, with: { value: "on" } };
  const settings = { queue: { about: "", env: "QUEUE", byDefault: "without", values } };
  const other = { ...probe, name: "lag.queue", onlyWith: { queue: "with" } };
  const withQueue = new Map([["shop", { ...shop, settings, probes: [probe, other] }]]);
  const planned = (intent: Intent): string[] | undefined =>
    makePlans([intent], withQueue, { runId: "r1" })[0]?.targetFacts.stateProbes.map(({ name }) => name);
  expect(planned(placebo)).toEqual([probe.name]);
  expect(planned({ ...placebo, settings: { queue: "with" } })).toEqual([probe.name, "lag.queue"]);
});
