// A claim as it is typed, and what is said of one that is none.

import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { formatProblem, HarnessError } from "../../../src/core/errors.ts";
import { claimLines } from "../../../src/report/claim-text.ts";
import { readShareClaim } from "../../../src/verdict/share-claim.ts";
import { trialsForClaim } from "../../../src/verdict/trials-for-claim.ts";
import { samplePlan } from "../../builders/sample-trial.ts";

const whole = { measure: "MTTR", withinMs: 10_000, share: 0.95, confidence: 0.95 };

describe("a claim", () => {
  it.each([
    "MTTR <= 10 s in 95 %",
    "MTTR ≤ 10 s in 95 %",
    "  mttr<=10s  in 95% ",
    "MTTR ≤ 10000ms in 95.0 % at 95 % confidence",
  ])("%s is read", (text) => expect(readShareClaim(text)).toEqual(whole));

  it("may be about other times, and at another confidence", () => {
    expect(readShareClaim("mttd <= 1.5 m in 99.9 % with 99 % confidence")).toEqual({
      measure: "MTTD",
      withinMs: 90_000,
      share: 0.9990000000000001,
      confidence: 0.99,
    });
    expect(readShareClaim("TTM ≤ 400 ms in 50 %").measure).toBe("TTM");
  });

  it.each([
    ["", 1, "its end", "MTTD, MTTR or TTM"],
    ["MTBF <= 10 s in 95 %", 1, '"MTBF <= 10 s in 95 %"', "MTTD, MTTR or TTM"],
    ["MTTR < 10 s in 95 %", 6, '"< 10 s in 95 %"', "<= or ≤"],
    ["MTTR <== 10 s in 95 %", 6, '"<== 10 s in 95 %"', "<= or ≤"],
    ["MTTR >= 10 s in 95 %", 6, '">= 10 s in 95 %"', "<= or ≤"],
    ["MTTR <= 10 in 95 %", 9, '"10 in 95 %"', "a duration of more than 0, such as 400 ms, 10 s or 1 m"],
    ["MTTR <= 0 s in 95 %", 9, '"0 s in 95 %"', "a duration of more than 0, such as 400 ms, 10 s or 1 m"],
    ["MTTR <= 10 s", 13, "its end", "`in` and a share of trials, such as in 95 %"],
    ["MTTR <= 10 s in 100 %", 17, '"100 %"', "a share above 0 % and up to 99.99 %, such as 95 %"],
    ["MTTR <= 10 s in 0 %", 17, '"0 %"', "a share above 0 % and up to 99.99 %, such as 95 %"],
    ["MTTR <= 10 s in 95", 17, '"95"', "a share above 0 % and up to 99.99 %, such as 95 %"],
    ["MTTR <= 10 s in 95 % at 99 %", 29, "its end", "`confidence`"],
    ["MTTR <= 10 s in 95 % always", 22, '"always"', "nothing more, or a confidence such as at 99 % confidence"],
  ])("%j is refused at column %i", (text, column, found, expected) => {
    expect(problemOf(text)).toBe(`--claim:1:${column}: ${found}; expected ${expected}`);
  });

  it("is read or refused with a place, whatever is typed", () => {
    const words = fc.constantFrom("MTTR", "<=", "≤", "10", "s", "10 s", "in", "95", "%", "at", "confidence", "-", "\n");
    const texts = fc.oneof(
      fc.string(),
      fc.array(words).map((parts) => parts.join(" ")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const problem = problemOf(text);
        if (problem !== undefined) expect(problem).toMatch(/^--claim:1:\d+: [^]+; expected \S/);
      }),
    );
  });
});

function problemOf(text: string): string | undefined {
  try {
    readShareClaim(text);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof HarnessError) || thrown.code !== "bad-input") throw thrown;
    return thrown.problems.map(formatProblem).join("\n");
  }
}

test("a claim takes a number of trials for each number of failures, and of an intent its time", () => {
  const plan = samplePlan("process/replica-kill", "treatment", {});
  const plans = [1, 2].flatMap((index) =>
    (["treatment", "ablation", "placebo"] as const).map((arm) => ({ ...plan, arm, index, estimateMs: 20_000 })),
  );
  const typed = "MTTR <= 10 s in 95 %";
  const claim = readShareClaim(typed);
  const answer = trialsForClaim(claim, [...plans, { ...plan, intent: "control/placebo", arm: "placebo" }]);
  expect(answer.needed.slice(0, 2).map(({ failures, trials }) => [failures, trials])).toEqual([
    [0, 59],
    [1, 93],
  ]);
  expect(answer.intents.map(({ intent, planned, blockMs }) => [intent, planned, blockMs])).toEqual([
    ["process/replica-kill", 2, 60_000],
  ]);
  const text = claimLines(answer, typed).join("\n");
  expect(text).toContain("claim: MTTR <= 10 s in 95 % at 95 % confidence (of all trials, that share or more)");
  expect(text).toMatch(/^ +0 +59 +55\.3 %$/m);
  expect(text).toContain("--trials 59`, about 59m with all arms");
  expect(text).toContain("it plans 2 treatment trials; without a failure they show 22.3 %");
  expect(text).not.toContain("it is watched for");
  expect(claimLines(trialsForClaim(claim, [{ ...plan, watchMs: 8000 }]), typed).join("\n")).toContain(
    "it is watched for 8s: what takes longer is a failure",
  );
  expect(claimLines(trialsForClaim(readShareClaim("MTTR <= 10 s in 99.9 %"), plans), "").join("\n")).toContain(
    "more trials than the 1000 of one run",
  );
});

test.each([
  [58, "MTTR <= 10 s in 95 %", "94.9 %"],
  [59, "MTTR <= 10 s in 95 %", "95 %"],
  [59, "MTTR <= 10 s in 95.04 %", "95.04 %"],
  [59, "MTTR <= 10.04 s in 95.0000001 %", "95.04 %"],
])("%i trials show of the claim %s never more than is true: %s", (trials, typed, shown) => {
  const plan = samplePlan("process/replica-kill", "treatment", {});
  const plans = Array.from({ length: trials }, (_, index) => ({ ...plan, index, estimateMs: 20_000 }));
  const lines = claimLines(trialsForClaim(readShareClaim(typed), plans), typed);
  expect(lines[0]).toContain(typed);
  expect(lines.join("\n")).toContain(`without a failure they show ${shown}`);
});

test("a confidence that was typed is not said again", () => {
  const typed = "TTM <= 0.4 s in 50 % with 99.00000001 % Confidence";
  const [first] = claimLines(trialsForClaim(readShareClaim(typed), []), typed);
  expect(first).toBe(`claim: ${typed} (of all trials, that share or more)`);
});
