import { expect, test } from "vitest";
import type { Intent } from "../../../src/core/intent.ts";
import type { MissingTool } from "../../../src/core/load-source.ts";
import type { Target } from "../../../src/core/target.ts";
import type { TrialPlan } from "../../../src/records/plan.ts";
import { withoutTools } from "../../../src/run/without-tools.ts";

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

const sourceThat = (missing?: MissingTool) => ({ name: "journeys", missing: () => missing });
const here = {
  isCi: false,
  sources: [sourceThat({ needs: "a browser", says: "no Chromium at /x" })],
  shown: (path: string) => path,
};

test("with a browser, and without intents that need one, nothing is left out", () => {
  const both = choiceOf([], ["person"]);
  expect(withoutTools(both, { ...here, sources: [sourceThat()] })).toEqual({ choice: both, says: "" });
  const none = choiceOf([]);
  expect(withoutTools(none, here)).toEqual({ choice: none, says: "" });
});

test("without one, intents that need it are left out, counted and named", () => {
  const { choice, says } = withoutTools(choiceOf([], ["person"]), here);
  expect([choice.intents.map(({ id }) => id), choice.plans.map(({ intent }) => intent)]).toEqual([["i/0"], ["i/0"]]);
  expect(says).toBe("!!! SKIPPED: 1 intent of 2 need a browser: i/1; no Chromium at /x");
});

test("a run of CI is refused, and so is one of which nothing is left", () => {
  expect(() => withoutTools(choiceOf([], ["person"]), { ...here, isCi: true })).toThrow("no Chromium at /x");
  expect(() => withoutTools(choiceOf(["person"]), here)).toThrow("1 intent of 1 need a browser: i/0");
});
