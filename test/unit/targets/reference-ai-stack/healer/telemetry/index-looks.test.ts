import { expect, test } from "vitest";
import { binomialAtMost } from "../../../../../../src/measure/statistics/binomial.ts";
import { seeded } from "../../../../../../targets/reference-ai-stack/healer/detection/chance.ts";
import { indexDetector } from "../../../../../../targets/reference-ai-stack/healer/detection/index-detector.ts";
import { LIMITS } from "../../../../../../targets/reference-ai-stack/healer/detection/limits.ts";
import type {
  ManifestView,
  SelfRetrievalView,
} from "../../../../../../targets/reference-ai-stack/healer/telemetry/vector-views.ts";
import type { Eyes, Observation } from "../../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { NUMBERS } from "../../../../../../targets/reference-ai-stack/healer/numbers.ts";
import {
  createIndexLooks,
  createSample,
} from "../../../../../../targets/reference-ai-stack/healer/telemetry/index-looks.ts";

const { rows, manyRows, manyForMs } = NUMBERS.selfRetrieval;
const EVERY_MS = NUMBERS.look.selfRetrievalMs;
const SHAPE = { answers: 0, short: 0, unknown: 0, repeated: 0, alike: 1 };
const scope = { service: "vector", replica: "vector-1" };

function viewOf(checked: number, missed = 0): SelfRetrievalView {
  const shape = { ...SHAPE, answers: checked };
  return { share: 1 - missed / checked, checked, internal: { share: 1, checked: checked / 4 }, differing: 0, shape };
}

/** What is asked for in looks that lie one period apart, when each is answered as `answers` says. */
async function askedIn(looks: number, answer: (rows: number, look: number) => SelfRetrievalView | null) {
  let look = 0;
  const sample = createSample(() => look * EVERY_MS);
  const asked: number[][] = [];
  const views: (SelfRetrievalView | null)[] = [];
  for (; look < looks; look += 1) {
    const inThis: number[] = [];
    views.push(await sample(async (count) => (inThis.push(count), answer(count, look))));
    asked.push(inThis);
  }
  return { asked, views };
}

test("as long as nothing is suspicious a look is at few rows", async () => {
  const { asked, views } = await askedIn(3, (count) => viewOf(count));
  expect(asked).toEqual([[rows], [rows], [rows]]);
  expect(views[2]).toEqual(viewOf(rows));
});

test.each<[string, Partial<SelfRetrievalView>]>([
  ["a row that did not find itself", { share: 1 - 1 / rows }],
  ["one by the vector that is given back", { internal: { share: 0.5, checked: 2 } }],
  ["one with another vector", { differing: 1 }],
  ["an answer with an id twice", { shape: { ...SHAPE, answers: rows, repeated: 1 } }],
])("after %s many others are looked at, at once", async (_, odd) => {
  const { asked } = await askedIn(1, (count) => ({ ...viewOf(count), ...(count === rows && odd) }));
  expect(asked).toEqual([[rows, manyRows]]);
});

test("what both samples found is counted together, by the rows that each had", async () => {
  const { views } = await askedIn(1, (count) => ({ ...viewOf(count, count / 8), differing: count / 8 }));
  const checked = rows + manyRows;
  const shape = { ...SHAPE, answers: checked };
  const internal = { share: 1, checked: checked / 4 };
  expect(views).toEqual([{ share: 7 / 8, checked, internal, differing: checked / 8, shape }]);
});

test("rows that go by another's name are counted over both samples, and unsaid where one did not say", async () => {
  const misnamedIn = async (of: (count: number) => number | undefined) => {
    const { views } = await askedIn(1, (count) => {
      const [view, misnamed] = [viewOf(count, 1), of(count)];
      const shape = { ...SHAPE, answers: count, ...(misnamed !== undefined && { misnamed }) };
      return { ...view, shape };
    });
    return views[0]?.shape?.misnamed;
  };
  expect(await misnamedIn((count) => count / 8)).toBe((rows + manyRows) / 8);
  expect(await misnamedIn((count) => (count === rows ? 0 : undefined))).toBeUndefined();
});

test("a first sample stands alone where the second was not seen", async () => {
  const { views } = await askedIn(1, (count) => (count === rows ? viewOf(rows, 1) : null));
  expect(views).toEqual([viewOf(rows, 1)]);
});

test("after a lone miss each look is at many rows for a while, and then at few again", async () => {
  const tight = manyForMs / EVERY_MS;
  const { asked } = await askedIn(tight + 3, (count, look) => viewOf(count, look === 0 && count === rows ? 1 : 0));
  expect(asked[0]).toEqual([rows, manyRows]);
  expect(asked.slice(1, tight)).toEqual(Array.from({ length: tight - 1 }, () => [manyRows]));
  expect(asked.slice(tight)).toEqual([[rows], [rows], [rows]]);
});

/** So many of `count` rows are bad, by chance. */
function drawn(count: number, share: number, random: () => number): number {
  let bad = 0;
  for (let row = 0; row < count; row += 1) if (random() < share) bad += 1;
  return bad;
}

/** Looks until the detector speaks, when this share of the rows is damaged from the first one on. */
async function looksUntilSeen(share: number, seed: number, how: "lost" | "replaced"): Promise<number> {
  const random = seeded(seed);
  let state = indexDetector.initial;
  let at = 0;
  const sample = createSample(() => at);
  for (let look = 1; ; look += 1) {
    at = look * EVERY_MS;
    const view = await sample(async (count) => {
      const bad = drawn(count, share, random);
      return { ...viewOf(count, how === "lost" ? bad : 0), differing: how === "replaced" ? bad : 0 };
    });
    if (view !== null) state = indexDetector.take(state, { kind: "self-retrieval", scope, view, at });
    if (indexDetector.signals(state).length > 0) return look;
  }
}

/** The look by which so large a part of these has spoken. */
function quantile(looks: readonly number[], part: number): number {
  return looks.toSorted((a, b) => a - b)[Math.ceil(part * looks.length) - 1] ?? Number.NaN;
}

const SEEDS = 2000;

test("the second sample sees 5 % of lost rows in 96 of 100 cases, so it takes as long as the first one to see any", async () => {
  // Two misses among all rows are enough for the sum; the first sample has one of them at least.
  const notFirst = 0.95 ** rows;
  const onlyFirst = rows * 0.05 * 0.95 ** (rows - 1) * binomialAtMost(0, manyRows, 0.05);
  const speaks = 1 - notFirst - onlyFirst;
  expect(speaks / (1 - notFirst)).toBeGreaterThan(0.96);
  const needed = (part: number): number => Math.ceil(Math.log(1 - part) / Math.log(1 - speaks));
  const looks = await Promise.all(Array.from({ length: SEEDS }, async (_, seed) => looksUntilSeen(0.05, seed, "lost")));
  // In tightened looks after a lone miss it speaks sooner than the formula says, never later.
  expect(quantile(looks, 0.5)).toBeLessThanOrEqual(needed(0.5));
  expect(quantile(looks, 0.95)).toBeLessThanOrEqual(needed(0.95));
  expect([needed(0.5) * EVERY_MS, needed(0.95) * EVERY_MS]).toEqual([1000, 4000]);
});

test("one row in a hundred with another vector is seen as the binomial formula says, within 15 s in 9 of 10 cases", async () => {
  const all = Array.from({ length: SEEDS }, async (_, seed) => looksUntilSeen(0.01, seed, "replaced"));
  const looks = await Promise.all(all);
  const within = 15_000 / EVERY_MS;
  const expected = 1 - 0.99 ** (rows * within);
  const seen = looks.filter((look) => look <= within).length / SEEDS;
  expect(expected).toBeGreaterThan(0.9);
  expect(Math.abs(seen - expected)).toBeLessThan(3 * Math.sqrt((expected * (1 - expected)) / SEEDS));
  expect(quantile(looks, 0.5) * EVERY_MS).toBeLessThanOrEqual(5000);
});

/** Suspicions in so many days of a healthy index, in which a row fails to find itself at the share that is believed. */
async function suspicionsIn(days: number): Promise<number> {
  const random = seeded(7);
  const { p0 } = LIMITS.selfRetrieval;
  let [state, at, suspicions] = [indexDetector.initial, 0, 0];
  const sample = createSample(() => at);
  let lastMissAt = 0;
  while (at < days * 86_400_000) {
    // Looks without a miss leave a sum of nothing as it is: they are skipped until one has a miss.
    const isAtRest = at - lastMissAt > 2 * manyForMs;
    if (isAtRest) at += EVERY_MS * Math.floor(Math.log(1 - random()) / Math.log((1 - p0) ** rows));
    let isFirst = isAtRest;
    const view = await sample(async (count) => {
      const isSkipped = (missed: number): boolean => isFirst && missed === 0;
      let missed = drawn(count, p0, random);
      while (isSkipped(missed)) missed = drawn(count, p0, random);
      isFirst = false;
      return viewOf(count, missed);
    });
    if (view !== null && view.share < 1) lastMissAt = at;
    if (view !== null) state = indexDetector.take(state, { kind: "self-retrieval", scope, view, at });
    if (indexDetector.signals(state).length > 0) {
      suspicions += 1;
      state = indexDetector.initial;
    }
    at += EVERY_MS;
  }
  return suspicions;
}

test("a healthy index is suspected no more often than its limit was calibrated for", async () => {
  const days = 20;
  const suspicions = await suspicionsIn(days);
  expect(suspicions).toBeGreaterThan(0);
  expect(suspicions / days).toBeLessThan(LIMITS.provenance.suspicionsPerDay);
});

test("who says with its manifest what it holds is not asked for that, and is asked again once it does not", async () => {
  const parts = [{ digest: "a", there: 1 }];
  let manifest: ManifestView | null = { matches: true, rows: 1, held: parts };
  let asked = 0;
  const eyes: Pick<Eyes, "manifest" | "holdings"> = {
    manifest: async () => manifest,
    holdings: async () => ((asked += 1), parts),
  };
  const seen: Observation[] = [];
  const clock = { now: () => 0, wallTime: () => "", sleep: async () => undefined };
  const looksAt = createIndexLooks(eyes as Eyes, clock, (one) => void seen.push(one));
  const [look, , holdings] = looksAt({ ...scope, port: 1, pid: 1 });
  const round = async (): Promise<readonly string[]> => {
    seen.length = 0;
    await look?.look();
    await holdings?.look();
    return seen.map(({ kind }) => kind);
  };
  expect([await round(), asked]).toEqual([["manifest", "holdings"], 0]);
  manifest = { matches: true, rows: 1 };
  expect([await round(), asked]).toEqual([["manifest", "holdings"], 1]);
  manifest = null;
  expect([await round(), asked]).toEqual([["holdings"], 2]);
});
