import { describe, expect, it } from "vitest";
import type { Catch } from "../../../programs/sabotage/matching.ts";
import { allWell, cleanReport, matrix, type CleanRound, type Row } from "../../../programs/sabotage/matrix.ts";

function row(defect: string, rule: string, caught: Partial<Catch>, again = 0): Row {
  const whole: Catch = { word: "caught", failed: [rule], says: "", blurred: false, ...caught };
  return { expected: { defect, intent: "data/index-repaired", arm: "treatment", rule }, caught: whole, again };
}

const caught = row("restarts", "by-declared-pathway", { failed: ["recovered-in-time", "by-declared-pathway"] });
const missed = row("sleeps", "detected-in-time", { word: "missed", failed: [] });
const wrong = row("lies", "declared-truthfully", { word: "wrong-rule", failed: ["recovered-in-time"] }, 1);
const good: CleanRound = { number: 1, against: [], trials: 4 };
const bad: CleanRound = { number: 2, against: ["control/left-alone placebo-1 inconclusive: too late"], trials: 4 };

describe("the matrix", () => {
  it("marks the expected rule, those that failed as well, and the expected one that did not", () => {
    const text = matrix([caught, missed, wrong], ["detected-in-time", "recovered-in-time", "by-declared-pathway"]);
    expect(text.split("\n")).toEqual([
      "          A B C D  by",
      "restarts  · ○ ● ·  data/index-repaired treatment",
      "sleeps    ✗ · · ·  data/index-repaired treatment  NOT CAUGHT (missed)",
      "lies      · ○ · ✗  data/index-repaired treatment  NOT CAUGHT (wrong-rule)  (1 × once more: the machine had been too busy)",
      "",
      "  A  detected-in-time",
      "  B  recovered-in-time",
      "  C  by-declared-pathway",
      "  D  declared-truthfully",
      "  ● failed as expected   ○ failed as well   ✗ expected, and did not fail",
    ]);
  });

  it("never marks as caught what failed by the right rule in the wrong words", () => {
    const words = row("lies", "declared-truthfully", { word: "wrong-rule", failed: ["declared-truthfully"] });
    expect(matrix([words], [])).toContain("lies  ✗  ");
  });
});

describe("the whole", () => {
  it("is well when every defect was caught and every round passed", () => {
    expect(allWell([caught], [good])).toBe(true);
  });

  it("is not well with one defect missed or caught by a wrong rule, one round not passed, a round without trials, or nothing run", () => {
    expect(allWell([caught, missed], [good])).toBe(false);
    expect(allWell([caught, wrong], [good])).toBe(false);
    expect(allWell([caught], [good, bad])).toBe(false);
    expect(allWell([caught], [{ ...good, trials: 0 }])).toBe(false);
    expect(allWell([], [])).toBe(false);
  });

  it("on a machine starved on purpose is well with a defect that nothing was said of, and with none missed or blamed wrongly", () => {
    const unclear = row("sleeps", "detected-in-time", { word: "unclear", failed: [] });
    expect(allWell([caught, unclear], [good], true)).toBe(true);
    expect(allWell([caught, unclear], [good])).toBe(false);
    for (const not of [missed, wrong, row("sleeps", "detected-in-time", { word: "no-trial", failed: [] })]) {
      expect(allWell([caught, not], [good], true)).toBe(false);
    }
  });

  it("counts rounds and tells each trial that did not pass with its reason", () => {
    expect(cleanReport([good, bad]).split("\n")).toEqual([
      "unsabotaged: 1 of 2 rounds passed (8 trials)",
      "  round 2: control/left-alone placebo-1 inconclusive: too late",
    ]);
  });
});
