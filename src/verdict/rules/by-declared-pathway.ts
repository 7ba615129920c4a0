// Was it the repair that the intent names? In arms in which that does nothing: did the stack stay broken without it?

import type { Rule, TrialFacts, TrialRecord } from "../../core/verdict.ts";
import { faultSites } from "../../measure/sites.ts";
import { brokenDoubt, otherAction } from "../comparison.ts";
import { disturbance, feedGap } from "../observation.ts";
import type { Disturbed, Observation } from "../observation.ts";
import { places, seconds } from "../wording.ts";

type Answer = ReturnType<Rule>;

/**
 * Treatment: the last action claimed done on the site before t6 is the declared one, and the inventory shows a side effect
 * there. The word alone never passes. Ablation and loop-ablation: recovering although the action was a no-op is `self-recovered`, unless
 * another action was claimed done on the site, which then can do it too.
 */
export const byDeclaredPathway: Rule = (record, facts) => {
  const declared = record.plan.expect.recovered?.by;
  const trial = disturbance(record, facts);
  if (declared === undefined || trial === undefined) return null;
  const { arm } = record.plan;
  if (arm === "ablation" || arm === "loop-ablation") return ablated(record, facts, trial);
  if (arm !== "treatment" || facts.recovery !== "healed") return null;
  return treated(record, facts, { declared, trial });
};

function treated(
  { plan, timeline }: TrialRecord,
  facts: TrialFacts,
  { declared, trial }: { declared: string; trial: Observation },
): Answer {
  const site = places(faultSites(plan));
  const { t4, t6 } = facts.marks;
  const acted = t4 !== undefined && t6 !== undefined && t4.lo <= t6.hi;
  const restsOn = [t4?.at, t6?.at].filter((at) => at !== undefined);
  const seen = acted
    ? `the inventory shows a change on ${site} at ${seconds(t4.at)}`
    : `the inventory shows no change on ${site}`;
  if (facts.pathway === declared) {
    const says = `${declared} was claimed done before recovery, and ${seen}`;
    return { outcome: acted ? "pass" : "inconclusive", says, restsOn };
  }
  if (facts.pathway !== null) {
    return { outcome: "fail", says: `wrong-pathway: recovered by ${facts.pathway}, declared is ${declared}`, restsOn };
  }
  if (!plan.targetFacts.hasFeed && acted) {
    return {
      outcome: "inconclusive",
      says: `${seen}, but the target publishes no feed that could name the pathway`,
      restsOn,
    };
  }
  const gap = plan.targetFacts.hasFeed ? feedGap(timeline, trial.since, t6?.hi ?? trial.until) : undefined;
  if (gap !== undefined) return { outcome: "inconclusive", says: `no action was heard, but ${gap}`, restsOn };
  const says = acted
    ? `wrong-pathway: recovered without a claim of ${declared}, although ${seen}`
    : `self-recovered: recovered without any action, ${declared} is declared`;
  return { outcome: "fail", says, restsOn };
}

function ablated({ plan }: TrialRecord, facts: TrialFacts, { t0, until }: Disturbed): Answer {
  const what = plan.arm === "loop-ablation" ? "any action" : plan.ablated.join(", ");
  const doubt = brokenDoubt(facts, plan.holdMs, until);
  if (doubt !== undefined) {
    const says = `${doubt}, so whether it stayed broken without ${what} cannot be told`;
    return { outcome: "inconclusive", says, restsOn: [t0.at] };
  }
  if (facts.recovery !== "healed") {
    const says = `without ${what} the stack stayed broken as long as the fault was there`;
    return { outcome: "pass", says, restsOn: [t0.at] };
  }
  const { t4, t6 } = facts.marks;
  const at = t6?.at ?? t0.at;
  const off = plan.arm === "loop-ablation" ? "no action did anything" : `${what} did nothing`;
  const unsaid =
    t4 === undefined || t4.lo > at ? "" : `; the inventory shows a change on the site at ${seconds(t4.at)}`;
  const other = otherAction(plan, facts);
  const says =
    other === undefined
      ? `self-recovered: recovered at ${seconds(at)} although ${off}${unsaid}`
      : `other-pathway: recovered at ${seconds(at)} by ${other} although ${off}: another action can do it${unsaid}`;
  return { outcome: "fail", says, restsOn: [t0.at, at] };
}
