// In which order things are done: by chance, but always the same chance for the same seed.

import type { TrialPlan } from "../records/plan.ts";
import type { Random } from "../core/random.ts";
import { seededRandom } from "../core/random.ts";

/** A copy in random order (Fisher–Yates, as in Knuth, TAOCP 2, algorithm P). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random.next() * (last + 1));
    const [a, b] = [copy[last], copy[other]];
    if (a === undefined || b === undefined) continue;
    copy[last] = b;
    copy[other] = a;
  }
  return copy;
}

/**
 * Blocks by trial index, each block in a seeded order of its own. Of the trials with which the intents begin, the
 * shortest comes first of all, so that whoever waits for a first verdict need not wait long. The order among the arms
 * of an intent stays as it was drawn.
 */
export function inSeededOrder(plans: readonly TrialPlan[], seed: number): TrialPlan[] {
  const indexes = [...new Set(plans.map(({ index }) => index))].toSorted((a, b) => a - b);
  const drawn = indexes.flatMap((index) => {
    const block = plans.filter((plan) => plan.index === index);
    return lessonsFirst(shuffled(block, seededRandom(seed, `order of trials ${index}`)));
  });
  const begins = drawn.filter((plan, at) => drawn.findIndex(({ intent }) => intent === plan.intent) === at);
  const least = Math.min(...begins.map(({ estimateMs }) => estimateMs));
  const first = begins.find(({ estimateMs }) => estimateMs === least);
  return first === undefined ? drawn : [first, ...drawn.filter((plan) => plan !== first)];
}

/** A second occurrence comes after the first one, whose place it takes where it was drawn before it. */
function lessonsFirst(block: readonly TrialPlan[]): TrialPlan[] {
  const ordered = [...block];
  for (const intent of new Set(block.map((plan) => plan.intent))) {
    const places = [...ordered.keys()].filter((at) => {
      const plan = ordered[at];
      return plan?.intent === intent && plan.learning !== undefined;
    });
    const own = places.flatMap((at) => ordered[at] ?? []);
    const sorted = own.toSorted((a, b) => Number(b.learning === "lesson") - Number(a.learning === "lesson"));
    places.forEach((at, n) => {
      const plan = sorted[n];
      if (plan !== undefined) ordered[at] = plan;
    });
  }
  return ordered;
}
