// The scripted operator and the settings of an intent: what they mean, and every way to get them wrong.
import { expect, it } from "vitest";
import type { Target } from "../../../src/core/target.ts";
import type { IntentContext } from "../../../src/intent/draft.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { makePlans } from "../../../src/plan/make-plan.ts";
import { describePlans } from "../../../src/plan/describe.ts";
import { context, shop, soundIntent } from "../../builders/intent-fixtures.ts";

const file = "experiments/network/slow.yaml";
const asking: Target = {
  ...shop,
  approvals: {
    url: "http://127.0.0.1:1/{incident}",
    method: "POST",
    headers: {},
    body: null,
    timeoutMs: 1000,
    tokenEnvs: ["ONE", "TWO"],
    words: { approve: "yes", deny: "no" },
  },
  settings: {
    policy: {
      about: "What needs leave.",
      env: "POLICY",
      byDefault: "easy",
      values: { easy: { value: "easy" }, careful: { value: "c", tiers: { "redistribute-traffic": "high" } } },
    },
    constructor: { about: "A name of every object.", env: "C", byDefault: "a", values: { a: { value: "1" } } },
  },
};
const world: IntentContext = { ...context, targets: new Map([["shop", asking]]) };

const lint = (extra: string, on = world) => lintIntentText(`${soundIntent}${extra}`, file, on);
const problems = (extra: string, on = world): string[] =>
  lint(extra, on).problems.map(
    ({ place, found, expected, suggestion }) =>
      `${place?.line ?? 0}:${place?.column ?? 0} ${found} (${expected}${suggestion === undefined ? "" : `; ${suggestion}`})`,
  );
const plansOf = (extra: string, targets = world.targets) => {
  const { intent, problems: wrong } = lint(extra);
  if (intent === undefined) throw new Error(JSON.stringify(wrong));
  return makePlans([intent], targets, { runId: "r1" });
};

it("gives every arm the same script, or one by arm, or one a trial in turn", () => {
  const scriptOf = (extra: string) =>
    Object.fromEntries(
      plansOf(extra).map(({ arm, index, operator }) => [
        `${arm}-${index}`,
        operator === undefined ? "none" : operator.does,
      ]),
    );
  expect(scriptOf("operator: approve after 5 s\n")).toEqual({
    "treatment-1": "approve",
    "treatment-2": "approve",
    "ablation-1": "approve",
    "ablation-2": "approve",
  });
  expect(scriptOf("operator: { treatment: [deny, absent, approve] }\n")).toEqual({
    "treatment-1": "deny",
    "treatment-2": "absent",
    "ablation-1": "none",
    "ablation-2": "none",
  });
  expect(scriptOf("operator: [deny after 1s]\n")["treatment-2"]).toBe("deny");
});

it("plans the values of settings, the chosen and the default ones, and the tiers that follow from them", () => {
  const [chosen] = plansOf("settings: { policy: careful }\n");
  expect(chosen?.settings).toEqual({ policy: "careful", constructor: "a" });
  expect(chosen?.targetFacts.traits).toMatchObject({ "redistribute-traffic": { tier: "high", weight: 2 } });
  const [plain] = plansOf("");
  expect(plain?.settings).toEqual({ policy: "easy", constructor: "a" });
  expect(plain?.targetFacts.traits).toMatchObject({ "redistribute-traffic": { tier: "low" } });
  expect(plansOf("", context.targets)[0]).not.toHaveProperty("settings");
});

it("says in the plan who answers, and which setting holds", () => {
  const text = describePlans(plansOf("settings: { policy: careful }\noperator: approve after 5 s\n"));
  expect(text).toContain("setting: policy is careful");
  expect(text).toContain("operator: approves 5s after being asked");
});

it.each([
  ["operator: maybe\n", /^27:11 .*"maybe".*`approve`, `deny` or `absent`/],
  ["operator: approve after 5\n", /^27:11 /],
  ["operator: []\n", /^27:11 /],
  ["operator: 5\n", /^27:11 /],
  [
    "operator: { placebo: deny }\n",
    /^27:13 a script for the arm placebo \(an arm of this intent: treatment, ablation\)/,
  ],
  ["operator: { treatmnt: deny }\n", /^27:13 .*treatmnt/],
  [
    "operator: approve after 15 s\n",
    /^27:11 an answer 15s after the question \(less than the 15s that the trial is watched\)/,
  ],
  ["operator: approve by 3\n", /^27:11 3 people \(at most 2/],
  ["operator: { treatment: [deny, approve by 3] }\n", /^27:31 3 people/],
  ["settings: { polici: careful }\n", /^27:13 unknown setting "polici" \(a setting of shop; did you mean "policy"\?\)/],
  [
    "settings: { policy: carefull }\n",
    /^27:21 unknown value "carefull" \(a value of the setting policy; did you mean "careful"\?\)/,
  ],
  ["settings: { to-string: a }\n", /^27:13 unknown setting "to-string"/],
  ["settings: { constructor: prototype }\n", /^27:26 unknown value "prototype"/],
  ["settings: { policy: 1 }\n", /^27:21 /],
  ["settings: careful\n", /^27:11 /],
] as const)("refuses %j where it stands", (extra, what) => {
  const all = problems(extra);
  expect(all).toHaveLength(1);
  expect(all[0]).toMatch(what);
});

it("refuses both on a target that has neither", () => {
  expect(problems("operator: deny\nsettings: { policy: careful }\n", context)).toEqual([
    "27:1 a scripted operator (a target with approvals; shop has none)",
    '28:13 unknown setting "policy" (no settings: shop has none)',
  ]);
});
