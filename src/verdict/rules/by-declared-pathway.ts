// Was it the repair that the intent names? In the ablation arm: did the stack stay broken without it?

import type { Rule, TrialFacts, TrialRecord } from "../../core/verdict.ts";
import { faultSites } from "../../measure/sites.ts";
import { disturbance, feedGap } from "../observation.ts";
import type { Observation } from "../observation.ts";
import { places, seconds } from "../wording.ts";

type Answer = ReturnType<Rule>;

/**
 * Treatment: the last action claimed done on the site before t6 is the declared one, and the inventory shows a side effect
 * there. The word alone never passes. Not recovered: the choice is judged all the same, when another action was the last one done. Ablation: recovering although the action was a no-op is `self-recovered`.
 */
export const byDeclaredPathway: Rule = (record, facts) => {
  const declared = record.plan.expect.recovered?.by;
  const trial = disturbance(record, facts);
  if (declared === undefined || trial === undefined) return null;
  if (record.plan.arm === "ablation") return ablated(facts, declared);
  if (record.plan.arm !== "treatment") return null;
  if (facts.recovery !== "healed") return wrongChoice(facts, declared);
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

function wrongChoice({ pathway, recovery, marks }: TrialFacts, declared: string): Answer {
  if (pathway === null || pathway === declared || recovery === "not-disturbed" || recovery === "unseen") return null;
  const says = `wrong-pathway: ${pathway} was done, which did not repair it; declared is ${declared}`;
  return { outcome: "fail", says, restsOn: [marks.t0?.at, marks.t4?.at].filter((at) => at !== undefined) };
}

function ablated(facts: TrialFacts, declared: string): Answer {
  const t0 = facts.marks.t0?.at ?? 0;
  if (facts.recovery === "not-disturbed" || facts.recovery === "unseen") {
    const says = `${unclear[facts.recovery]}, so whether it stayed broken without ${declared} cannot be told`;
    return { outcome: "inconclusive", says, restsOn: [t0] };
  }
  if (facts.recovery === "healed") {
    const by = facts.pathway === null || facts.pathway === declared ? "" : ` (by ${facts.pathway})`;
    const at = facts.marks.t6?.at ?? t0;
    const says = `self-recovered: recovered at ${seconds(at)} although ${declared} did nothing${by}`;
    return { outcome: "fail", says, restsOn: [t0, at] };
  }
  const says = `without ${declared} the stack stayed broken as long as the fault was there`;
  return { outcome: "pass", says, restsOn: [t0] };
}

const unclear = {
  "not-disturbed": "the steady state never broke",
  unseen: "too few windows were seen",
} as const;
