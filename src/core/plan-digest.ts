// Whether two trials of different runs were to do the same.

import { hash32 } from "./random.ts";
import type { TrialPlan } from "../records/plan.ts";

/** A run asks for a plan's digest in its rows, its triage and its changes; a plan is never changed. */
const known = new WeakMap<TrialPlan, string>();

/**
 * Digest of what a trial does and what is asked of it, as 16 hexadecimal digits: two 32-bit hashes of the plan's JSON,
 * without its run, number and seed, what follows from the seed, what is only told (how a dose is known, too), and what
 * the target declares beside. A level that was asked for stands in place of its dose, which follows the stack. Equal
 * with an equal seed: the same trial done again, or with the dose that the level has by now.
 */
export function planDigest(plan: TrialPlan): string {
  const digest = known.get(plan) ?? digestOf(plan);
  known.set(plan, digest);
  return digest;
}

function digestOf(plan: TrialPlan): string {
  const { target, arm, load, steady, expect, disturbances, ablated, watchMs, holdMs } = plan;
  const { takesWholeService, operator, settings, abortIf, learning } = plan;
  const done = disturbances.map(({ seed: _seed, level, site, params, ...rest }) => ({
    ...rest,
    params: level === undefined ? params : { ...params, [level.param]: level.intended },
    service: site.service,
  }));
  const asked = { target, arm, load, steady, expect, done, ablated, watchMs, holdMs };
  const text = canonical({ ...asked, takesWholeService, operator, settings, abortIf, learning });
  return [text, `again ${text}`].map((one) => hash32(one).toString(16).padStart(8, "0")).join("");
}

/** JSON with the keys of every object in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
