import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../src/core/random.ts";
import { clopperPearson } from "../../../../src/measure/statistics/clopper-pearson.ts";
import { newcombeDifference } from "../../../../src/measure/statistics/newcombe.ts";
import { normalBeyond, normalPoint, z95 } from "../../../../src/measure/statistics/normal.ts";
import { confidenceText, enoughTrials, lookConfidence } from "../../../../src/measure/statistics/sequential.ts";
import type { Enough } from "../../../../src/measure/statistics/sequential.ts";

const arm = (hits: number, of: number, run = of): { hits: number; of: number; run: number } => ({ hits, of, run });
const ask = (t: [number, number], a: [number, number], most = 20): Enough =>
  enoughTrials({ treatment: arm(...t), ablation: arm(...a) }, { most });

/** Is the interval above 0 after n trials per arm? Told once for each state, since the chances are asked many times. */
function proofs(confidence: number): (n: number, hits: number, others: number) => boolean {
  const known = new Map<number, boolean>();
  return (n, hits, others) => {
    const key = (n * 100 + hits) * 100 + others;
    const told = known.get(key) ?? newcombeDifference({ hits, of: n }, { hits: others, of: n }, confidence).lo > 0;
    known.set(key, told);
    return told;
  };
}

/**
 * Exact chance that it is above 0 at one of the looks, each after `every` trials more, when all trials recover with
 * chance p.
 */
function chanceOfProof(most: number, p: number, isProof: ReturnType<typeof proofs>, every = 1): number {
  let alive = new Map([[0, 1]]);
  let proven = 0;
  for (let n = 1; n <= most; n += 1) {
    const next = new Map<number, number>();
    const add = (state: number, chance: number): void => void next.set(state, (next.get(state) ?? 0) + chance);
    for (const [state, chance] of alive) {
      add(state, chance * (1 - p) * (1 - p));
      add(state + 1, chance * p * (1 - p));
      add(state + 100, chance * p * (1 - p));
      add(state + 101, chance * p * p);
    }
    alive = next;
    for (const [state, chance] of n % every === 0 ? next : []) {
      if (!isProof(n, state % 100, Math.floor(state / 100))) continue;
      proven += chance;
      alive.delete(state);
    }
  }
  return proven;
}

describe("a confidence for each of several looks", () => {
  it("shares the error out by Bonferroni, and is the whole one for a single look", () => {
    expect(lookConfidence(1)).toBe(0.95);
    expect(lookConfidence(20)).toBeCloseTo(0.9975, 12);
    expect(() => lookConfidence(0)).toThrow(RangeError);
    expect(() => lookConfidence(1.5)).toThrow(RangeError);
  });

  it("has the point of the normal distribution that belongs to it", () => {
    expect(normalPoint(0.95)).toBe(z95);
    // R: qnorm(1 - (1 - confidence) / 2)
    expect(normalPoint(0.9)).toBeCloseTo(1.644853626951473, 12);
    expect(normalPoint(0.9975)).toBeCloseTo(3.023341439739154, 12);
    expect(normalPoint(0.99)).toBeCloseTo(2.575829303548901, 12);
    expect(normalBeyond(normalPoint(0.9999))).toBeCloseTo(0.0001, 12);
    for (const confidence of [0, 1, 95, Number.NaN]) expect(() => normalPoint(confidence)).toThrow(RangeError);
  });

  it("widens every interval that is built on it", () => {
    const [first, second] = [
      { hits: 9, of: 10 },
      { hits: 3, of: 10 },
    ];
    const [one, many] = [newcombeDifference(first, second), newcombeDifference(first, second, lookConfidence(10))];
    expect(many.lo).toBeLessThan(one.lo);
    expect(many.hi).toBeGreaterThan(one.hi);
    expect(newcombeDifference(first, second, 0.95)).toEqual(one);
  });

  it("is printed with the digits that its error needs", () => {
    expect([0.95, 0.9975, lookConfidence(3), lookConfidence(100), 0.9].map(confidenceText)).toEqual([
      "95 %",
      "99.75 %",
      "98.3 %",
      "99.95 %",
      "90 %",
    ]);
  });
});

describe("enough trials", () => {
  it("are those after which the difference lies above 0 at the confidence of the planned looks", () => {
    expect(ask([3, 3], [0, 3])).toMatchObject({ enough: false });
    expect(ask([4, 4], [0, 4])).toEqual({
      enough: true,
      ground: "proven",
      because: "the difference is 100 % (99.75 % 1.6 % to 100 %), above 0",
    });
    expect(enoughTrials({ treatment: arm(3, 3), ablation: arm(0, 3) }, { most: 20, looks: 1 }).enough).toBe(true);
  });

  it("are those after which it lies wholly below 0", () => {
    expect(ask([0, 5], [5, 5])).toMatchObject({ enough: true, ground: "refuted" });
  });

  it("are those after which nothing that is left in the budget could prove it", () => {
    expect(ask([18, 18], [18, 18])).toMatchObject({ enough: true, ground: "futile" });
    expect(ask([18, 18], [18, 18]).because).toBe(
      "18 of 18 recovered against 18 of 18: none of the 4 trials left in the budget can prove a difference any more",
    );
    expect(ask([5, 5], [5, 5]).enough).toBe(false);
    expect(ask([0, 5], [0, 5]).enough).toBe(false);
    expect(ask([0, 19], [0, 19])).toMatchObject({ enough: true, ground: "futile" });
  });

  it("count no trial twice: those that do not count are spent, and prove nothing", () => {
    const seen = { treatment: arm(3, 3, 18), ablation: arm(0, 0, 18) };
    expect(enoughTrials(seen, { most: 20 })).toMatchObject({ enough: true, ground: "futile" });
    expect(enoughTrials({ ...seen, ablation: arm(0, 3, 18) }, { most: 20 }).enough).toBe(false);
  });

  it("are at the latest those that the budget allows, and that is said", () => {
    expect(ask([10, 10], [6, 10], 10)).toEqual({
      enough: true,
      ground: "spent",
      because:
        "the budget of 10 trials in each arm is spent: 10 of 10 recovered against 6 of 10: the difference is not told yet",
    });
    expect(enoughTrials({ treatment: arm(1, 2) }, { most: 20 })).toEqual({
      enough: false,
      because: "only the budget ends this run",
    });
    expect(enoughTrials({ treatment: arm(1, 20) }, { most: 20 })).toMatchObject({ enough: true, ground: "spent" });
  });

  it("tell the recovery rate as narrowly as was asked, besides the difference", () => {
    const treatment = arm(20, 20);
    const { lo, hi } = clopperPearson(20, 20, lookConfidence(100));
    const width = hi - lo;
    expect(enoughTrials({ treatment }, { most: 100, width })).toMatchObject({ enough: true, ground: "narrow" });
    expect(enoughTrials({ treatment }, { most: 100, width: width - 1e-9 })).toMatchObject({ enough: false });
    const both = { treatment: arm(8, 8), ablation: arm(0, 8) };
    expect(enoughTrials(both, { most: 100, width: 0.9 }).enough).toBe(true);
    expect(enoughTrials(both, { most: 100, width: 0.1 }).enough).toBe(false);
    expect(enoughTrials({ treatment: arm(0, 0) }, { most: 3, width: 0.5 }).enough).toBe(false);
  });
});

describe("looking many times", () => {
  const shares = [0.02, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98];

  it("proves a difference that is not there in at most 2.5 % of all runs, whatever the rate and the budget (counted exactly)", () => {
    for (const most of [2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20]) {
      const isProof = proofs(lookConfidence(most));
      for (const p of shares) expect(chanceOfProof(most, p, isProof)).toBeLessThanOrEqual(0.025);
    }
  });

  it("would prove it in up to 15 % when each look took the whole 95 % for itself, which is why it does not", () => {
    const worst = Math.max(...shares.map((p) => chanceOfProof(20, p, proofs(0.95))));
    expect(worst).toBeGreaterThan(0.12);
  });

  it("may be fewer than the trials, and then costs less confidence", () => {
    for (const p of shares) expect(chanceOfProof(20, p, proofs(lookConfidence(4)), 5)).toBeLessThanOrEqual(0.025);
  });

  it.each([0.5, 0.8, 0.95])(
    "ends runs in which both arms recover %d of the time as proven in at most 2.5 % (simulated)",
    (p) => {
      const runs = 800;
      const random = seededRandom(11, `both arms recover ${p}`);
      let proven = 0;
      for (let run = 0; run < runs; run += 1) if (simulate(p, p, () => random.next()).ground === "proven") proven += 1;
      // Three standard errors of a simulated 2.5 %.
      expect(proven / runs).toBeLessThanOrEqual(0.025 + 3 * Math.sqrt((0.025 * 0.975) / runs));
    },
  );

  it("ends soon when the action is all there is to it", () => {
    const random = seededRandom(12, "clear cut");
    const ended = Array.from({ length: 200 }, () => simulate(0.98, 0.02, () => random.next()));
    expect(ended.filter(({ ground }) => ground === "proven").length).toBeGreaterThan(190);
    const trials = ended.map(({ trials: n }) => n);
    expect(trials.reduce((sum, n) => sum + n, 0) / 200).toBeLessThan(6);
  });

  /** One run of at most 20 trials per arm. */
  function simulate(treated: number, ablated: number, next: () => number): Enough & { trials: number } {
    let [a, b] = [0, 0];
    for (let n = 1; ; n += 1) {
      if (next() < treated) a += 1;
      if (next() < ablated) b += 1;
      const answer = ask([a, n], [b, n]);
      if (answer.enough) return { ...answer, trials: n };
    }
  }
});

describe("the answer", () => {
  const counts = fc
    .tuple(fc.nat(12), fc.nat(12), fc.nat(3))
    .map(([of, hits, lost]) => arm(Math.min(hits, of), of, of + lost));

  it("is enough whenever nothing is left, and never 'proven' unless the interval lies above 0", () => {
    fc.assert(
      fc.property(counts, counts, fc.integer({ min: 1, max: 15 }), (treatment, ablation, most) => {
        const answer = enoughTrials({ treatment, ablation }, { most });
        if (treatment.run >= most && ablation.run >= most) expect(answer.enough).toBe(true);
        expect(answer.because).not.toBe("");
        const confidence = lookConfidence(most);
        const above = treatment.of > 0 && ablation.of > 0 && newcombeDifference(treatment, ablation, confidence).lo > 0;
        expect(answer.ground === "proven").toBe(above);
      }),
    );
  });

  it("is futile only if not even all of the trials left could prove it, in whatever order they come", () => {
    fc.assert(
      fc.property(counts, counts, fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 8 }), (t, a, rest) => {
        const most = Math.max(1, t.run, a.run) + rest.length;
        if (enoughTrials({ treatment: t, ablation: a }, { most }).ground !== "futile") return;
        let [treatment, ablation] = [t, a];
        for (const [first, second] of rest) {
          treatment = arm(treatment.hits + (first ? 1 : 0), treatment.of + 1);
          ablation = arm(ablation.hits + (second ? 1 : 0), ablation.of + 1);
          const { lo } = newcombeDifference(treatment, ablation, lookConfidence(most));
          expect(lo).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});
