import { expect, test } from "vitest";
import type { Intent } from "../../../src/core/intent.ts";
import type { Target } from "../../../src/core/target.ts";
import type { TrialPlan } from "../../../src/records/plan.ts";
import { withoutBrowser } from "../../../src/run/without-browser.ts";

const load = { arrival: "constant", ratePerSecond: 5, slowOverMs: 100, timeoutMs: 500, warmupMs: 0, baselineMs: 0 };
const target = {
  name: "shop",
  streams: [{ name: "ask" }, { name: "person", source: "journeys", params: {} }],
} as unknown as Target;

function choiceOf(...streams: readonly (readonly string[])[]) {
  const intents = streams.map((names, index) => ({
    id: `i/${index}`,
    target: "shop",
    load: { ...load, streams: Object.fromEntries(names.map((name) => [name, load])) },
  })) as unknown as Intent[];
  const plans = intents.map(({ id }) => ({ intent: id })) as unknown as TrialPlan[];
  return { intents, plans, targets: [target] };
}

const here = { missing: "no Chromium at /x", isCi: false, source: "journeys" };

test("with a browser, and without intents that need one, nothing is left out", () => {
  const both = choiceOf([], ["person"]);
  expect(withoutBrowser(both, { ...here, missing: undefined })).toEqual({ choice: both, says: "" });
  const none = choiceOf([]);
  expect(withoutBrowser(none, here)).toEqual({ choice: none, says: "" });
});

test("without one, intents that need it are left out, counted and named", () => {
  const { choice, says } = withoutBrowser(choiceOf([], ["person"]), here);
  expect([choice.intents.map(({ id }) => id), choice.plans.map(({ intent }) => intent)]).toEqual([["i/0"], ["i/0"]]);
  expect(says).toBe("!!! SKIPPED: 1 intent of 2 need a browser: i/1; no Chromium at /x");
});

test("a run of CI is refused, and so is one of which nothing is left", () => {
  expect(() => withoutBrowser(choiceOf([], ["person"]), { ...here, isCi: true })).toThrow("no Chromium at /x");
  expect(() => withoutBrowser(choiceOf(["person"]), here)).toThrow("1 intent of 1 need a browser: i/0");
});
