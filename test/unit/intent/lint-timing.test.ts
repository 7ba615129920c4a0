// When disturbances begin and end: every mistake at its place, all at once, and what is sound in the plan.

import { describe, expect, test } from "vitest";
import type { Problem } from "../../../src/core/errors.ts";
import type { Disturbance } from "../../../src/core/intent.ts";
import { lintIntentText, type IntentLint } from "../../../src/intent/lint-intent.ts";
import { context, shop, soundControl, soundIntent } from "../../builders/intent-fixtures.ts";

const bump = "  - load: { times: 1.5 }\n";

/** The sound intent with a change of load as its second disturbance, which has these keys too. */
function lint(keys: string, text = soundIntent): IntentLint {
  const lines = keys === "" ? "" : `    ${keys.split("; ").join("\n    ")}\n`;
  return lintIntentText(text.replace("expect:\n", `${bump}${lines}expect:\n`), "experiments/network/slow.yaml", {
    ...context,
    targets: new Map([...context.targets, ["shop", shop]]),
  });
}

function told(problems: readonly Problem[]): string[] {
  return problems.map(({ place, found }) => `${place?.line ?? 0}:${place?.column ?? 0} ${found}`);
}

const timingOf = ({ intent }: IntentLint): Disturbance["timing"] => intent?.disturbances[1]?.timing;

describe("a sound timing", () => {
  test.each<[string, Disturbance["timing"]]>([
    ["", undefined],
    ["at: 5s", { atMs: 5000 }],
    ["for: 3s", { forMs: 3000 }],
    ["at: 5s; for: 3s", { atMs: 5000, forMs: 3000 }],
    ["when: users.slow_share > 0.5", { when: { condition: "users.slow_share > 0.5" } }],
    ["when: { claim: detected }; for: 1s", { when: { claim: "detected" }, forMs: 1000 }],
    ["during: recovery", { during: "recovery" }],
  ])("may be written as “%s”", (keys, timing) => {
    expect(lint(keys).problems).toEqual([]);
    expect(timingOf(lint(keys))).toEqual(timing);
  });
});

describe("a timing that cannot be", () => {
  test.each<[string, string[]]>([
    ["at: soon", ['22:9 "soon"']],
    ["at: 15s", ["22:9 15s"]],
    ["for: 10ms", ["22:10 10ms"]],
    ["for: 16s", ["22:10 16s"]],
    ["at: 10s; for: 6s", ["23:10 6s from 10s on"]],
    ["at: 1s; during: recovery", ["23:5 during beside at"]],
    ["when: users.sloww_share > 0.5", ['22:11 unknown probe "users.sloww_share"']],
    ["when: users.slow_share", ["22:11 an expression that gives a number"]],
    ["when: { claim: acting }", ['22:20 unknown claim "acting"']],
    ["during: repair", ['22:13 "repair"']],
    ["at: 20s; for: 10ms", ["22:9 20s", "23:10 10ms"]],
  ])("is refused, with its place, as “%s”", (keys, problems) => {
    expect(told(lint(keys).problems)).toEqual(problems);
  });

  test("waits for a healer where none acts", () => {
    const unhealed = soundIntent.replace("arms: [treatment, ablation]", "arms: [treatment, unhealed]");
    expect(told(lint("during: recovery", unhealed).problems)).toEqual([
      "22:5 during waits for the healer, and in the arm unhealed it does not act",
    ]);
  });

  test("waits for a healer with everything there is", () => {
    const all = soundControl.replace("  - fault: nothing\n", "  - fault: nothing\n    when: { claim: detected }\n");
    const { problems } = lintIntentText(all, "experiments/control/calm.yaml", context);
    expect(problems.map(({ found }) => found)).toContain("only disturbances that wait for the healer");
  });
});
