import { describe, expect, test } from "vitest";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { context, soundIntent } from "../../builders/intent-fixtures.ts";

function linted(weakness: string): ReturnType<typeof lintIntentText> {
  const text = soundIntent.replace(/^arms:/m, `known_weaknesses:\n  - ${weakness}\narms:`);
  const ruleNames = ["recovered-in-time", "held-fire"];
  return lintIntentText(text, "experiments/network/slow.yaml", { ...context, ruleNames });
}

describe("known weaknesses", () => {
  test("have a rule, a reason and a last day", () => {
    const { intent, problems } = linted("{ rule: held-fire, because: ' see  T-12', until: 2027-01-31 }");
    expect(problems).toEqual([]);
    expect(intent?.weaknesses).toEqual([{ rule: "held-fire", because: "see T-12", until: "2027-01-31" }]);
  });

  test("that name no rule, no day or no reason are told where they stand", () => {
    const [problem] = linted("{ rule: recoverd-in-time, because: T-12, until: 2027-01-31 }").problems;
    expect(problem).toMatchObject({ found: 'unknown rule "recoverd-in-time"', expected: "a rule of the verdict" });
    expect(problem?.suggestion).toContain('did you mean "recovered-in-time"?');
    const found = (text: string) =>
      linted(text)
        .problems.map((one) => one.expected ?? "")
        .join();
    expect(found("{ rule: held-fire, because: T-12, until: 2027-02-31 }")).toContain('a day such as "2027-01-31"');
    expect(found("{ rule: held-fire, because: ' ', until: 2027-01-31 }")).toContain("a text that is not empty");
    expect(linted("{ rule: held-fire, because: T-12 }").problems[0]?.found).toContain('no "until"');
  });
});
