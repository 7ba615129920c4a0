// What a night runs: first what failed, then what changed, then what was never judged, then what would tell the most.

import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { chooseNight, type NightAsked } from "../../../src/verdict/beliefs/tonight.ts";
import { nightOf, type Believed } from "../../builders/nights.ts";

const hour = 3_600_000;
const chosenOf = (asked: NightAsked): readonly string[] => chooseNight(asked).chosen.map(({ intent }) => intent);
const passes = (nights: readonly number[]): NonNullable<Believed["went"]> => nights.map((night) => ({ night }));
const manyPasses = passes(Array.from({ length: 20 }, (_, night) => night));

/** Any library with any history. */
const believed = fc.record({
  pathway: fc.constantFrom("restart-replica", "scale-out", "rollback-model", ""),
  estimateMs: fc.integer({ min: 1000, max: 900_000 }),
  trials: fc.integer({ min: 1, max: 4 }),
  files: fc.constantFrom("a", "b", undefined),
  went: fc.array(
    fc.record({
      night: fc.integer({ min: 0, max: 40 }),
      outcome: fc.constantFrom("pass", "fail", "residue", "inconclusive", "invalid"),
      other: fc.constantFrom("none", "plan", "files"),
      tookMs: fc.integer({ min: 1000, max: 900_000 }),
    }),
    { maxLength: 6 },
  ),
});
const libraries = fc.array(believed, { maxLength: 12 }).map((all) =>
  all.map(({ went, files, ...one }, at): Believed => ({
    ...one,
    ...(files !== undefined && { files }),
    id: `any/intent-${at}`,
    went: went.map(({ other, outcome, ...row }) => ({
      ...row,
      outcome: outcome as "pass",
      ...(other === "plan" && { plan: "0123456789abcdef" }),
      ...(other === "files" && { files: "c" }),
    })),
  })),
);
const budgets = fc.integer({ min: 0, max: hour });

describe("a night", () => {
  it("is the same for the same history and instant, whatever order intents come in, and never over its budget", () => {
    fc.assert(
      fc.property(libraries, budgets, (library, budgetMs) => {
        const asked = nightOf(library, { budgetMs, nights: 41 });
        const night = chooseNight(asked);
        expect(chooseNight(nightOf(library, { budgetMs, nights: 41 }))).toEqual(night);
        expect(chooseNight({ ...asked, intents: asked.intents.toReversed() })).toEqual(night);
        expect(night.plannedMs).toBe(night.chosen.reduce((sum, { plannedMs }) => sum + plannedMs, 0));
        expect(night.plannedMs).toBeLessThanOrEqual(budgetMs);
        const named = [...night.chosen, ...night.leftOut].map(({ intent }) => intent);
        expect(named.toSorted()).toEqual(library.map(({ id }) => id).toSorted());
        for (const { plannedMs, leftMs } of night.leftOut) expect(plannedMs).toBeGreaterThan(leftMs);
      }),
    );
  });

  it("never leaves out what failed or changed for what is known, if there was room for it", () => {
    fc.assert(
      fc.property(libraries, budgets, (library, budgetMs) => {
        const { chosen, leftOut } = chooseNight(nightOf(library, { budgetMs, nights: 41 }));
        const urgent = chosen.map(({ ground }) => ground === "failed" || ground === "changed");
        const firstKnown = chosen.findIndex(({ ground }) => ground === "known");
        if (firstKnown >= 0) expect(urgent.slice(firstKnown)).not.toContain(true);
        const before = chosen.slice(0, Math.max(0, firstKnown)).reduce((sum, { plannedMs }) => sum + plannedMs, 0);
        for (const out of leftOut)
          if (out.ground !== "known" && firstKnown >= 0) expect(before + out.plannedMs).toBeGreaterThan(budgetMs);
      }),
    );
  });

  it("puts what failed and what changed before what is sure, however much longer they take", () => {
    const asked = nightOf(
      [
        { id: "a/sure", estimateMs: 1000, went: manyPasses },
        {
          id: "b/failed",
          estimateMs: 600_000,
          went: [...manyPasses, { night: 20, outcome: "fail", against: ["in-time"] }],
        },
        { id: "c/changed", estimateMs: 600_000, went: [...manyPasses, { night: 20, plan: "0123456789abcdef" }] },
        { id: "d/other-files", estimateMs: 600_000, files: "new", went: [...manyPasses, { night: 20, files: "old" }] },
      ],
      { budgetMs: 10 * hour, nights: 21 },
    );
    const { chosen } = chooseNight(asked);
    expect(chosen.map(({ intent, ground }) => [intent, ground])).toEqual([
      ["b/failed", "failed"],
      ["c/changed", "changed"],
      ["d/other-files", "changed"],
      ["a/sure", "known"],
    ]);
    expect(chosen.map(({ because }) => because)).toEqual([
      "failed 1 of 1 trial in its last run, 20260121-020000-aaaa, 1 day ago",
      "another plan than in its last run, 20260121-020000-aaaa, 1 day ago",
      "files of its target changed since its last run, 20260121-020000-aaaa, 1 day ago",
      expect.stringMatching(/^expected to pass in 9\d\.\d %; judged in its last run, .*, 2 days ago$/),
    ]);
    expect(chosenOf({ ...asked, budgetMs: 600_000 })).toEqual(["b/failed"]);
  });

  it("takes the stalest first where all else is equal", () => {
    const ages = [3, 17, 9, 12];
    const library = ages.map((age) => ({ id: `x/age-${age}`, pathway: `p-${age}`, went: passes([20 - age]) }));
    expect(chosenOf(nightOf(library, { budgetMs: hour, nights: 20 }))).toEqual(
      [17, 12, 9, 3].map((age) => `x/age-${age}`),
    );
  });

  it("takes failures that are declared as known for no news, until that is over", () => {
    const weaknesses = [{ rule: "in-time", because: "T-12", until: "2026-01-20" }];
    const went = [{ night: 5, outcome: "fail" as const, against: ["in-time"] }];
    const ground = (nights: number): string | undefined =>
      chooseNight(nightOf([{ id: "a/weak", weaknesses, went }], { budgetMs: hour, nights })).chosen[0]?.ground;
    expect([ground(10), ground(19), ground(20)]).toEqual(["known", "known", "failed"]);
    const more = [{ night: 5, outcome: "fail" as const, against: ["in-time", "other"] }];
    expect(
      chooseNight(nightOf([{ id: "a/weak", weaknesses, went: more }], { budgetMs: hour, nights: 6 })).chosen[0]?.ground,
    ).toBe("failed");
  });
});

test("without a history no pathway comes twice before each that fits came once", () => {
  fc.assert(
    fc.property(libraries, budgets, (library, budgetMs) => {
      const fresh = library.map(({ went: _went, ...one }) => one);
      const { chosen, leftOut } = chooseNight(nightOf(fresh, { budgetMs, nights: 1 }));
      expect(chosen.every(({ ground }) => ground === "untried")).toBe(true);
      const counts = new Map<string | null, number>();
      for (const { pathway, because, prediction } of chosen) {
        const before = counts.get(pathway) ?? 0;
        counts.set(pathway, before + 1);
        expect([because, prediction]).toEqual(["never tried", null]);
        // Others that could still come are not behind.
        const later = chosen.slice([...counts.values()].reduce((sum, n) => sum + n, 0));
        for (const other of later) expect(counts.get(other.pathway) ?? 0).toBeGreaterThanOrEqual(before);
      }
      const none = leftOut.filter(({ pathway }) => !counts.has(pathway));
      const taken = chosen.reduce((sum, { plannedMs }) => sum + plannedMs, 0);
      for (const { plannedMs } of none) expect(taken + plannedMs).toBeGreaterThan(budgetMs);
    }),
  );
});

test("what took longer than was estimated is planned with the time that it took", () => {
  const went = [30_000, 200_000, 90_000].map((tookMs, night) => ({ night, tookMs }));
  const { chosen, leftOut } = chooseNight(nightOf([{ id: "a/slow", trials: 2, went }], { budgetMs: hour, nights: 4 }));
  expect(chosen[0]?.plannedMs).toBe(180_000);
  expect(leftOut).toEqual([]);
  const [out] = chooseNight(nightOf([{ id: "a/slow", trials: 2, went }], { budgetMs: 170_000, nights: 4 })).leftOut;
  expect(out).toMatchObject({ intent: "a/slow", leftMs: 170_000, plannedMs: 180_000 });
});

test("rows of a later instant are not known yet", () => {
  const went = [{ night: 3 }, { night: 8, outcome: "fail" as const, against: ["in-time"] }];
  const at = (nights: number): string | undefined =>
    chooseNight(nightOf([{ id: "a/b", went }], { budgetMs: hour, nights })).chosen[0]?.ground;
  expect([at(3), at(4), at(8), at(9)]).toEqual(["untried", "known", "known", "failed"]);
});
