import { describe, expect, test } from "vitest";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { describePlans } from "../../../src/plan/describe.ts";
import { makePlans } from "../../../src/plan/make-plan.ts";
import { selectSuite, suiteNames } from "../../../src/plan/suites.ts";
import { context, soundControl, soundIntent } from "../../builders/intent-fixtures.ts";

const intents = [
  lintIntentText(soundIntent, "experiments/network/slow.yaml", context).intent,
  lintIntentText(soundControl, "experiments/control/placebo.yaml", context).intent,
].flatMap((intent) => intent ?? []);

describe("a plan in words", () => {
  const text = describePlans(makePlans(intents, context.targets, { runId: "r1", trials: 1 }));

  test("says what would be done, to whom, for how long, and what is expected", () => {
    expect(text).toContain("network/slow treatment-1 on shop");
    expect(text).toMatch(/do: network\.latency at gateway→inference-[12] with latency "400ms"/);
    expect(text).toContain("watch: at most 15s, in windows of 500ms");
    expect(text).toContain("ablated: the healer's redistribute-traffic does nothing");
    expect(text).toContain("expected: detected within 10s as replica-slow");
    expect(text).toContain("expected: never total-outage (users.error_share > 0.9)");
    expect(text).toMatch(/3 trials, one after the other, about 1m \d+s\.$/);
  });

  test("says of a control that nothing is done and that the healer must not act", () => {
    expect(text).toContain("do: nothing\n");
    expect(text).toContain("expected: the healer does nothing");
  });

  test("says so when there is nothing to do", () => {
    expect(describePlans([])).toBe("No trials: nothing would happen.");
  });
});

describe("suites", () => {
  test("are the intents with a tag, by id", () => {
    const [first, second] = intents;
    if (!first || !second) throw new Error("two intents are needed");
    const both = [first, { ...second, tags: ["smoke"] }];
    expect(selectSuite(both, "smoke").map(({ id }) => id)).toEqual(["control/placebo", "network/slow"]);
    expect(selectSuite(both, "network").map(({ id }) => id)).toEqual(["network/slow"]);
    expect(selectSuite(both, "other")).toEqual([]);
    expect(suiteNames(both)).toEqual(["network", "smoke"]);
  });
});
