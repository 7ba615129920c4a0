// What becomes of the stack when nobody heals it: the measure for what a healer gains.

import { isUnhealed } from "../../core/arms.ts";
import type { Rule } from "../../core/verdict.ts";
import { faultSites } from "../../measure/marks/sites.ts";
import { eventsOf } from "../../measure/windows/timeline-view.ts";
import { brokenDoubt } from "../comparison.ts";
import { disturbance } from "../observation.ts";
import { places, seconds } from "../wording.ts";

/**
 * Unhealed trials alone. Nothing is believed of them, so that staying broken and coming back both pass, and say which:
 * the gain of the healer is over natural recovery. A claim means that the healer was not off. Such a trial shows
 * nothing of natural recovery.
 */
export const naturalRecovery: Rule = (record, facts) => {
  const trial = disturbance(record, facts);
  const { plan, timeline } = record;
  if (!isUnhealed(plan.arm) || trial === undefined) return null;
  const { t0, until } = trial;
  const [claim] = eventsOf(timeline, "claim");
  if (claim !== undefined) {
    const says = `the healer was not off: it claimed “${claim.claim.type}” at ${seconds(claim.at)}, so this was no natural recovery`;
    return { outcome: "inconclusive", says, restsOn: [claim.at] };
  }
  const doubt = brokenDoubt(facts, plan.holdMs, until);
  if (doubt !== undefined) {
    const says = `${doubt}, so whether it recovers without a healer cannot be told`;
    return { outcome: "inconclusive", says, restsOn: [t0.at] };
  }
  const { t4, t6 } = facts.marks;
  if (facts.recovery !== "healed" || t6 === undefined) {
    const says = `without a healer the stack stayed broken for the ${seconds(until - t0.at)} that it was watched`;
    return { outcome: "pass", says, restsOn: [t0.at, until] };
  }
  const relapse = facts.relapse.at === undefined ? "" : ` and relapsed at ${seconds(facts.relapse.at.at)}`;
  const changed =
    t4 === undefined || t4.lo > t6.hi ? "" : `; the inventory shows a change on ${places(faultSites(plan))}`;
  const says = `natural recovery: without a healer the stack recovered at ${seconds(t6.at)}${relapse}${changed}`;
  return { outcome: "pass", says, restsOn: [t0.at, t6.at] };
};
