// What must hold of every scorecard, over trials nobody thought of: bounded, monotone, blind to order, nothing for
// nothing.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Scorecard } from "../../../../src/records/results/scorecard.ts";
import type { TrialResult } from "../../../../src/records/results/trial-result.ts";
import { scorecardOf } from "../../../../src/verdict/score/scorecard.ts";
import { budgetMs, scoredIntents, scoredTrial } from "../../../builders/scored-trial.ts";
import type { ScoredOutcome } from "../../../builders/scored-trial.ts";

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const rarely = fc.integer({ min: 0, max: 9 }).map((n) => n === 0);

const treatment: fc.Arbitrary<ScoredOutcome> = fc.record({
  intent: fc.constantFrom("a/one", "a/two", "b/three"),
  by: fc.constant("restart-replica"),
  recovery: fc.constantFrom("healed", "healed", "healed", "waited-out", "not-recovered", "not-disturbed", "unseen"),
  relapsed: rarely,
  acted: fc.constantFrom("restart-replica", "restart-replica", "restart-replica", "restore-index", null),
  mttrMs: fc.integer({ min: 500, max: 4 * budgetMs }),
  undetected: rarely,
  wrongClass: rarely,
  alarms: fc.constantFrom(0, 0, 0, 1, 2),
  strayAlarms: fc.constantFrom(0, 0, 1),
  lost: rarely,
  collateral: rarely,
  residue: rarely,
  late: rarely,
});
const ablation: fc.Arbitrary<ScoredOutcome> = fc.record({
  arm: fc.constant("ablation" as const),
  intent: fc.constantFrom("a/one", "a/two"),
  by: fc.constant("restart-replica"),
  recovery: fc.constantFrom("not-recovered", "not-recovered", "healed"),
  alarms: fc.constantFrom(0, 0, 1),
  late: rarely,
});
const control: fc.Arbitrary<ScoredOutcome> = fc
  .record({
    arm: fc.constantFrom("placebo" as const, "look-alike" as const),
    intent: fc.constant("c/calm"),
    started: maybe(fc.constantFrom(["restart-replica"], [null], "unclaimed" as const)),
    late: rarely,
  })
  .map(({ started, ...rest }) => (started === undefined ? rest : { ...rest, started }));
/** A second pathway, so that the suite is a mean of something. */
const second: fc.Arbitrary<ScoredOutcome> = treatment.map((outcome) => ({
  ...outcome,
  intent: "d/four",
  by: "restore-index",
}));

const outcomes = fc
  .tuple(
    fc.array(treatment, { minLength: 1, maxLength: 8 }),
    fc.array(ablation, { maxLength: 5 }),
    fc.array(control, { maxLength: 2 }),
    fc.array(second, { maxLength: 3 }),
  )
  .map((parts) => parts.flat().map((outcome, at): ScoredOutcome => ({ ...outcome, index: at + 1 })));

function cardOf(outcome: readonly ScoredOutcome[]): Scorecard {
  const card = scorecardOf(scoredIntents(outcome.map(scoredTrial)), "2026-11-25T12:00:00.000Z");
  if (card === undefined) throw new Error("there were trials");
  return card;
}

function own(card: Scorecard, name = "restart-replica") {
  return card.pathways.find((one) => one.pathway === name);
}

/** Every way in which a trial may go worse than it did. */
const worse: readonly ScoredOutcome[] = [
  { recovery: "not-recovered" },
  { recovery: "waited-out" },
  { relapsed: true },
  { acted: null },
  { acted: "roll-out-patch" },
  { undetected: true },
  { wrongClass: true },
  { lost: true },
  { collateral: true },
  { residue: true },
];

const slack = 1e-9;

interface Points {
  readonly points: number;
  readonly proven: number;
}

/** Neither the points nor what they prove; no score counts as none. */
function expectNoRise(before: Points | undefined, after: Points | undefined): void {
  expect(after?.points ?? 0).toBeLessThanOrEqual((before?.points ?? 0) + slack);
  expect(after?.proven ?? 0).toBeLessThanOrEqual((before?.proven ?? 0) + slack);
}

describe("any scorecard", () => {
  it("is bounded: 0 ≤ proven ≤ points ≤ 100, every term within its maximum, earned and losses adding up to it", () => {
    fc.assert(
      fc.property(outcomes, (outcome) => {
        const card = cardOf(outcome);
        for (const { score, terms, gates } of card.pathways) {
          if (score === undefined) continue;
          expect(score.proven).toBeGreaterThanOrEqual(0);
          expect(score.points).toBeGreaterThanOrEqual(score.proven - slack);
          expect(score.points).toBeLessThanOrEqual(100);
          expect(score.points).toBe(gates.length > 0 ? 0 : score.ungated);
          for (const { max, earned, proven, losses } of terms) {
            expect(earned).toBeGreaterThanOrEqual(proven - slack);
            expect(earned).toBeLessThanOrEqual(max);
            expect(earned + losses.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(max, 6);
          }
        }
        if (card.score) expect(card.score.points).toBeGreaterThanOrEqual(card.score.proven - slack);
        if (card.score) expect(card.score.points).toBeLessThanOrEqual(100);
        expect(card.coverage.withEvidence).toBeLessThanOrEqual(card.coverage.declared);
      }),
    );
  });

  it("never rises when a counted trial goes worse: neither the pathway's points, nor what they prove, nor the suite's", () => {
    fc.assert(
      fc.property(outcomes, fc.nat(), fc.constantFrom(...worse), (outcome, pick, change) => {
        const candidates = outcome.flatMap((one, at) => (one.arm === undefined && one.late !== true ? [at] : []));
        fc.pre(candidates.length > 0);
        const at = candidates[pick % candidates.length] ?? 0;
        const trial = outcome[at] ?? {};
        fc.pre(["pass", "fail"].includes(scoredTrial(trial).verdict.outcome));
        // Of ways not to recover none is worse than another, so only a trial that did recover can be made worse by
        // them.
        const recovered = trial.recovery === "healed" && trial.acted === trial.by && trial.relapsed !== true;
        fc.pre(recovered || (change.recovery ?? change.relapsed ?? change.acted) === undefined);
        const [before, after] = [cardOf(outcome), cardOf(outcome.with(at, { ...trial, ...change }))];
        fc.pre(scoredTrial({ ...trial, ...change }).verdict.outcome !== "inconclusive");
        expectNoRise(own(before, trial.by ?? "")?.score, own(after, trial.by ?? "")?.score);
        expect(after.score?.points ?? 0).toBeLessThanOrEqual((before.score?.points ?? 0) + slack);
      }),
      { numRuns: 400 },
    );
  });

  it("never rises when an ablated stack recovers, when a healer acts on nothing, or when it cries wolf once more", () => {
    fc.assert(
      fc.property(outcomes, fc.nat(), (outcome, pick) => {
        const at = pick % outcome.length;
        const trial = outcome[at] ?? {};
        const control = trial.arm === "placebo" || trial.arm === "look-alike";
        const change: ScoredOutcome = control
          ? { started: ["restart-replica", null] }
          : trial.arm === "ablation"
            ? { recovery: "healed" }
            : { alarms: (trial.alarms ?? 0) + 1 };
        const [before, after] = [cardOf(outcome), cardOf(outcome.with(at, { ...trial, ...change }))];
        for (const { pathway: name, score } of before.pathways) {
          if (score === undefined) continue;
          expect(own(after, name)?.score?.points ?? 0).toBeLessThanOrEqual(score.points + slack);
          expect(own(after, name)?.score?.proven ?? 0).toBeLessThanOrEqual(score.proven + slack);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("never falls when a recovery was quicker", () => {
    fc.assert(
      fc.property(outcomes, fc.nat(), fc.integer({ min: 0, max: 100 }), (outcome, pick, percent) => {
        const at = pick % outcome.length;
        const trial = outcome[at] ?? {};
        fc.pre(trial.mttrMs !== undefined);
        const quicker = { ...trial, mttrMs: ((trial.mttrMs ?? 0) * percent) / 100 };
        const outcomes = [trial, quicker].map((one) => scoredTrial(one).verdict.outcome);
        // A time too close to the budget to tell counts in no rate, so it is another set of trials.
        fc.pre(!outcomes.includes("inconclusive"));
        const [before, after] = [cardOf(outcome), cardOf(outcome.with(at, quicker))];
        for (const { pathway: name, score } of before.pathways) {
          if (score === undefined) continue;
          expect(own(after, name)?.score?.points ?? 0).toBeGreaterThanOrEqual(score.points - slack);
          expect(own(after, name)?.score?.proven ?? 0).toBeGreaterThanOrEqual(score.proven - slack);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("earns nothing by failing: when no trial recovered for good by the pathway, its score is 0 or none", () => {
    const bad = treatment.map((outcome): ScoredOutcome =>
      outcome.recovery === "healed" && outcome.acted === outcome.by ? { ...outcome, relapsed: true } : outcome,
    );
    fc.assert(
      fc.property(
        fc.array(bad, { minLength: 1, maxLength: 8 }),
        fc.array(ablation, { maxLength: 4 }),
        (bads, ablated) => {
          const card = cardOf([...bads, ...ablated].map((outcome, at) => ({ ...outcome, index: at + 1 })));
          expect(own(card)?.score?.points ?? 0).toBe(0);
          expect(card.score?.points ?? 0).toBe(0);
        },
      ),
    );
  });

  it("earns nothing by being empty: trials that do not count leave no number behind, and lower coverage", () => {
    fc.assert(
      fc.property(outcomes, (outcome) => {
        const card = cardOf(outcome.map((one) => ({ ...one, late: true, residue: false })));
        expect(card.score).toBeUndefined();
        expect(card.pathways.some(({ score }) => score !== undefined)).toBe(false);
        expect(card.coverage.withEvidence).toBe(0);
      }),
    );
  });

  it("has absolute gates: one lost document, one thing left behind or one action on nothing makes it 0", () => {
    const gate: fc.Arbitrary<ScoredOutcome> = fc.constantFrom<ScoredOutcome>(
      { intent: "a/one", lost: true },
      { intent: "a/one", residue: true },
      { intent: "c/calm", arm: "placebo", started: ["restart-replica"] },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), gate, (n, closing) => {
        const perfect = Array.from({ length: n }, (_, at): ScoredOutcome => ({ intent: "a/one", index: at + 2 }));
        expect(own(cardOf([...perfect, { ...closing, index: 1 }]))?.score).toMatchObject({ points: 0, proven: 0 });
      }),
    );
  });

  it("does not depend on the order in which trials and intents ran", () => {
    const shuffled = outcomes.chain((outcome) =>
      fc.tuple(
        fc.constant(outcome),
        fc.shuffledSubarray([...outcome], { minLength: outcome.length, maxLength: outcome.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([outcome, other]) => {
        expect(cardOf(other)).toEqual(cardOf(outcome));
      }),
    );
  });

  it("proves more the more trials went well, and never more than it shows", () => {
    const perfect = (n: number): TrialResult[] => Array.from({ length: n }, (_, at) => scoredTrial({ index: at + 1 }));
    const proven = [1, 2, 5, 10, 20, 59].map(
      (n) => scorecardOf(scoredIntents(perfect(n)), "2026-11-25T12:00:00.000Z")?.score?.proven ?? 0,
    );
    expect(proven).toEqual(proven.toSorted((a, b) => a - b));
    expect(new Set(proven).size).toBe(6);
    expect(Math.max(...proven)).toBeLessThan(75);
  });
});
