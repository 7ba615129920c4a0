import { expect, test } from "vitest";
import { seededRandom } from "../../../../src/core/random.ts";
import type { Observation } from "../../../../src/measure/statistics/kaplan-meier.ts";
import { logRank } from "../../../../src/measure/statistics/log-rank.ts";
import { logRankPermuted } from "../../../../src/measure/statistics/log-rank-permuted.ts";

const ended = (...times: number[]): Observation[] => times.map((ms) => ({ ms, ended: true }));
const random = () => seededRandom(1, "test");

/** Of all deals, those as far apart as the one that was seen: 2 of C(8, 4) = 70 when the sets lie wholly apart. */
test("sets that lie wholly apart have the p-value of counting the deals", () => {
  const test = logRankPermuted(ended(1, 2, 3, 4), ended(5, 6, 7, 8), random());
  expect(test.ok && test.p).toBeCloseTo(2 / 70, 2);
});

test("observed and expected ends are those of the log-rank test, with ties and with trials that never ended", () => {
  const first = [...ended(3, 5, 5, 9), { ms: 12, ended: false }];
  const second = [...ended(5, 8, 11, 12), { ms: 12, ended: false }, { ms: 12, ended: false }];
  const [permuted, usual] = [
    logRankPermuted(first, second, random()),
    logRank([...first, ...first], [...second, ...second]),
  ];
  if (!permuted.ok || !usual.ok) throw new Error("refused");
  expect(2 * permuted.observed).toBe(usual.first.observed);
  expect(2 * permuted.expected).toBeCloseTo(usual.first.expected, 9);
});

test("where the chi-square distribution is near enough, both give about the same p-value", () => {
  const first = ended(...Array.from({ length: 40 }, (_, n) => 2 * n));
  const second = ended(...Array.from({ length: 40 }, (_, n) => 2.6 * n + 1));
  const [permuted, usual] = [logRankPermuted(first, second, random()), logRank(first, second)];
  if (!permuted.ok || !usual.ok) throw new Error("refused");
  expect(Math.abs(permuted.p - usual.p)).toBeLessThan(0.02);
});

test("sets alike are told apart in no more than their share of cases", () => {
  const draw = seededRandom(7, "alike");
  let apart = 0;
  for (let n = 0; n < 100; n += 1) {
    const one = (): Observation[] => ended(...Array.from({ length: 6 }, () => draw.next()));
    const result = logRankPermuted(one(), one(), draw);
    if (result.ok && result.p < 0.05) apart += 1;
  }
  expect(apart).toBeLessThan(13);
});

test("an empty set is refused", () => {
  expect(logRankPermuted([], ended(1), random())).toMatchObject({ ok: false });
});
