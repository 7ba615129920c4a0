// What must hold of every scorecard, over trials nobody thought of: bounded, monotone, blind to order, nothing for
// nothing.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Scorecard } from "../../../../src/records/results/scorecard.ts";
import type { TrialResult } from "../../../../src/records/results/trial-result.ts";
import { scorecardOf } from "../../../../src/verdict/score/scorecard.ts";
import { budgetMs, wentIntents, wentTrial } from "../../../builders/scored-trial.ts";
import type { Went } from "../../../builders/scored-trial.ts";

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const rarely = fc.integer({ min: 0, max: 9 }).map((n) => n === 0);

const treatment: fc.Arbitrary<Went> = fc.record({
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
const ablation: fc.Arbitrary<Went> = fc.record({
  arm: fc.constant("ablation" as const),
  intent: fc.constantFrom("a/one", "a/two"),
  by: fc.constant("restart-replica"),
  recovery: fc.constantFrom("not-recovered", "not-recovered", "healed"),
  alarms: fc.constantFrom(0, 0, 1),
  late: rarely,
});
const control: fc.Arbitrary<Went> = fc
  .record({
    arm: fc.constantFrom("placebo" as const, "look-alike" as const),
    intent: fc.constant("c/calm"),
    started: maybe(fc.constantFrom(["restart-replica"], [null], "unclaimed" as const)),
    late: rarely,
  })
  .map(({ started, ...rest }) => (started === undefined ? rest : { ...rest, started }));
/** A second pathway, so that the suite is a mean of something. */
const second: fc.Arbitrary<Went> = treatment.map((went) => ({ ...went, intent: "d/four", by: "restore-index" }));

const wents = fc
  .tuple(
    fc.array(treatment, { minLength: 1, maxLength: 8 }),
    fc.array(ablation, { maxLength: 5 }),
    fc.array(control, { maxLength: 2 }),
    fc.array(second, { maxLength: 3 }),
  )
  .map((parts) => parts.flat().map((went, at): Went => ({ ...went, index: at + 1 })));

function cardOf(went: readonly Went[]): Scorecard {
  const card = scorecardOf(wentIntents(went.map(wentTrial)), "2026-11-25T12:00:00.000Z");
  if (card === undefined) throw new Error("there were trials");
  return card;
}

function own(card: Scorecard, name = "restart-replica") {
  return card.pathways.find((one) => one.pathway === name);
}

/** Every way in which a trial may go worse than it did. */
const worse: readonly Went[] = [
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
      fc.property(wents, (went) => {
        const card = cardOf(went);
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
      fc.property(wents, fc.nat(), fc.constantFrom(...worse), (went, pick, change) => {
        const candidates = went.flatMap((one, at) => (one.arm === undefined && one.late !== true ? [at] : []));
        fc.pre(candidates.length > 0);
        const at = candidates[pick % candidates.length] ?? 0;
        const trial = went[at] ?? {};
        fc.pre(["pass", "fail"].includes(wentTrial(trial).verdict.outcome));
        // Of ways not to recover none is worse than another, so only a trial that did recover can be made worse by
        // them.
        const recovered = trial.recovery === "healed" && trial.acted === trial.by && trial.relapsed !== true;
        fc.pre(recovered || (change.recovery ?? change.relapsed ?? change.acted) === undefined);
        const [before, after] = [cardOf(went), cardOf(went.with(at, { ...trial, ...change }))];
        fc.pre(wentTrial({ ...trial, ...change }).verdict.outcome !== "inconclusive");
        expectNoRise(own(before, trial.by ?? "")?.score, own(after, trial.by ?? "")?.score);
        expect(after.score?.points ?? 0).toBeLessThanOrEqual((before.score?.points ?? 0) + slack);
      }),
      { numRuns: 400 },
    );
  });

  it("never rises when an ablated stack recovers, when a healer acts on nothing, or when it cries wolf once more", () => {
    fc.assert(
      fc.property(wents, fc.nat(), (went, pick) => {
        const at = pick % went.length;
        const trial = went[at] ?? {};
        const control = trial.arm === "placebo" || trial.arm === "look-alike";
        const change: Went = control
          ? { started: ["restart-replica", null] }
          : trial.arm === "ablation"
            ? { recovery: "healed" }
            : { alarms: (trial.alarms ?? 0) + 1 };
        const [before, after] = [cardOf(went), cardOf(went.with(at, { ...trial, ...change }))];
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
      fc.property(wents, fc.nat(), fc.integer({ min: 0, max: 100 }), (went, pick, percent) => {
        const at = pick % went.length;
        const trial = went[at] ?? {};
        fc.pre(trial.mttrMs !== undefined);
        const quicker = { ...trial, mttrMs: ((trial.mttrMs ?? 0) * percent) / 100 };
        const outcomes = [trial, quicker].map((one) => wentTrial(one).verdict.outcome);
        // A time too close to the budget to tell counts in no rate, so it is another set of trials.
        fc.pre(!outcomes.includes("inconclusive"));
        const [before, after] = [cardOf(went), cardOf(went.with(at, quicker))];
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
    const bad = treatment.map((went): Went =>
      went.recovery === "healed" && went.acted === went.by ? { ...went, relapsed: true } : went,
    );
    fc.assert(
      fc.property(
        fc.array(bad, { minLength: 1, maxLength: 8 }),
        fc.array(ablation, { maxLength: 4 }),
        (bads, ablated) => {
          const card = cardOf([...bads, ...ablated].map((went, at) => ({ ...went, index: at + 1 })));
          expect(own(card)?.score?.points ?? 0).toBe(0);
          expect(card.score?.points ?? 0).toBe(0);
        },
      ),
    );
  });

  it("earns nothing by being empty: trials that do not count leave no number behind, and lower coverage", () => {
    fc.assert(
      fc.property(wents, (went) => {
        const card = cardOf(went.map((one) => ({ ...one, late: true, residue: false })));
        expect(card.score).toBeUndefined();
        expect(card.pathways.some(({ score }) => score !== undefined)).toBe(false);
        expect(card.coverage.withEvidence).toBe(0);
      }),
    );
  });

  it("has absolute gates: one lost document, one thing left behind or one action on nothing makes it 0", () => {
    const gate: fc.Arbitrary<Went> = fc.constantFrom<Went>(
      { intent: "a/one", lost: true },
      { intent: "a/one", residue: true },
      { intent: "c/calm", arm: "placebo", started: ["restart-replica"] },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), gate, (n, closing) => {
        const perfect = Array.from({ length: n }, (_, at): Went => ({ intent: "a/one", index: at + 2 }));
        expect(own(cardOf([...perfect, { ...closing, index: 1 }]))?.score).toMatchObject({ points: 0, proven: 0 });
      }),
    );
  });

  it("does not depend on the order in which trials and intents ran", () => {
    const shuffled = wents.chain((went) =>
      fc.tuple(fc.constant(went), fc.shuffledSubarray([...went], { minLength: went.length, maxLength: went.length })),
    );
    fc.assert(
      fc.property(shuffled, ([went, other]) => {
        expect(cardOf(other)).toEqual(cardOf(went));
      }),
    );
  });

  it("proves more the more trials went well, and never more than it shows", () => {
    const perfect = (n: number): TrialResult[] => Array.from({ length: n }, (_, at) => wentTrial({ index: at + 1 }));
    const proven = [1, 2, 5, 10, 20, 59].map(
      (n) => scorecardOf(wentIntents(perfect(n)), "2026-11-25T12:00:00.000Z")?.score?.proven ?? 0,
    );
    expect(proven).toEqual(proven.toSorted((a, b) => a - b));
    expect(new Set(proven).size).toBe(6);
    expect(Math.max(...proven)).toBeLessThan(75);
  });
});
