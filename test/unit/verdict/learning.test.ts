import { expect, test } from "vitest";
import type { ArmName } from "../../../src/core/arms.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { judgeIntent } from "../../../src/verdict/judge-intent.ts";
import { learningOf } from "../../../src/verdict/learning.ts";
import { healed, never } from "./attribution-cases.ts";

/** The trial in that arm, with these times to detection and recovery, ms. */
function timed(trial: TrialResult, arm: ArmName, index: number, [mttd, mttr]: readonly [number, number]): TrialResult {
  const span = (ms: number) => ({ ms, lo: ms, hi: ms, formula: "" });
  const { plan, facts } = trial;
  return {
    ...trial,
    plan: { ...plan, arm, index, watchMs: 24_000 },
    facts: { ...facts, mttd: span(mttd), ...(facts.mttr && { mttr: span(mttr) }) },
  };
}

/** First occurrences, and second ones with and without what was learned. */
function trials(n: number, kept: number, emptied: number, first: TrialResult = healed): TrialResult[] {
  return Array.from({ length: n }, (_, at) => at + 1).flatMap((index) => [
    timed(first, "treatment", index, [13_000 + index, 14_000]),
    timed(healed, "learned", index, [kept + 10 * index, kept + 1000 + 10 * index]),
    timed(healed, "forgotten", index, [emptied + 10 * index, emptied + 1000 + 10 * index]),
  ]);
}

test("twelve trials of each arm in which the store makes it quicker show that it has learned", () => {
  const learning = learningOf(trials(12, 7000, 13_000));
  expect(learning).toMatchObject({ verdict: "LEARNED", kept: 12, emptied: 12, detection: { quicker: true } });
  expect(learning.detection?.p).toBeLessThan(0.0001);
  expect(learning.says).toMatch(
    /^detected after a median of 7\.1 s \(n = 12\) with what was learned, a median of 13\.1 s \(n = 12\) without \(permutation log-rank, p < 0\.0001\); recovered after /,
  );
});

test("eleven are refused in words, whatever they show", () => {
  const learning = learningOf(trials(11, 7000, 13_000));
  expect(learning.verdict).toBe("UNPROVEN");
  expect(learning.says).toMatch(
    /^11 trials with what was learned and 11 without tell; a claim needs 12 of each; so far: /,
  );
});

test("no difference is not shown, and a healer that became slower has not learned", () => {
  expect(learningOf(trials(12, 13_000, 13_000)).verdict).toBe("NOT-SHOWN");
  const slower = learningOf(trials(12, 13_000, 7000));
  expect(slower).toMatchObject({ verdict: "NOT-SHOWN", detection: { quicker: false } });
});

test("a first occurrence that was not healed teaches nothing, and its second one does not count", () => {
  const all = trials(13, 7000, 13_000);
  const spoilt = all.map((trial) =>
    trial.plan.arm === "treatment" && trial.plan.index <= 2
      ? timed(never, "treatment", trial.plan.index, [1, 1])
      : trial,
  );
  expect(learningOf(all).verdict).toBe("LEARNED");
  expect(learningOf(spoilt)).toMatchObject({ verdict: "UNPROVEN", kept: 11, emptied: 11 });
});

test("what was never detected takes part up to where it was watched", () => {
  const all = trials(12, 7000, 13_000).map((trial) =>
    trial.plan.arm === "forgotten" ? timed(trial, "forgotten", trial.plan.index, [Infinity, Infinity]) : trial,
  );
  expect(learningOf(all)).toMatchObject({ verdict: "LEARNED" });
  expect(learningOf(all).says).toContain("no median, too few did (n = 12) without");
});

test("an intent says it where it has such an arm, and the arms count in nothing else", () => {
  const meta = { id: "a/b", title: "", belief: "", target: "t" };
  const all = trials(12, 7000, 13_000);
  const result = judgeIntent({ ...meta, arms: ["treatment", "learned", "forgotten"] }, all);
  expect(result.learning?.verdict).toBe("LEARNED");
  expect(result.recoveryRate).toMatchObject({ recovered: 12, of: 12 });
  expect(judgeIntent({ ...meta, arms: ["treatment"] }, [healed])).not.toHaveProperty("learning");
});
