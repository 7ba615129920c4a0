// Was it really the declared repair? Compares trials in which it worked with trials in which it was a no-op.

import type { Attribution, AttributionVerdict, TrialResult } from "../core/verdict.ts";
import { newcombeDifference } from "../measure/statistics/newcombe.ts";
import type { Count, Difference } from "../measure/statistics/newcombe.ts";
import { percent } from "./wording.ts";

/** Largest number of trials per arm that is worth proposing. */
const mostTrials = 200;

/** Trials whose outcome counts in rates; the others only lower coverage. */
export function countedTrials(trials: readonly TrialResult[]): TrialResult[] {
  return trials.filter(({ verdict }) => verdict.outcome === "pass" || verdict.outcome === "fail");
}

/** Recovered by itself or by the healer while the fault held, and for good. */
export function recoveredForGood({ facts }: TrialResult): boolean {
  return facts.recovery === "healed" && facts.relapse.at === undefined;
}

/**
 * In this order: WRONG-PATHWAY when any recovered treatment trial was repaired by another action; ATTRIBUTED when every one
 * was repaired by the declared action and the 95 % interval of the difference lies above 0 (so one lucky ablated trial among many
 * does not undo it); SELF-RECOVERED when an ablated trial recovered otherwise; else UNPROVEN, with the number of trials that would
 * do. Only trials that passed or failed count.
 */
export function attribute(treatment: readonly TrialResult[], ablation: readonly TrialResult[]): Attribution {
  const [treated, ablated] = [countedTrials(treatment), countedTrials(ablation)];
  const recovered = treated.filter(recoveredForGood);
  const declared = recovered.filter(
    ({ plan, facts }) => facts.pathway !== null && facts.pathway === plan.expect.recovered?.by,
  );
  const others = [
    ...new Set(
      recovered.flatMap(({ plan, facts }) =>
        facts.pathway === plan.expect.recovered?.by ? [] : (facts.pathway ?? []),
      ),
    ),
  ];
  const counts = {
    treatment: { recovered: recovered.length, of: treated.length },
    ablation: { recovered: ablated.filter(({ facts }) => facts.recovery === "healed").length, of: ablated.length },
  };
  const first: Count = { hits: counts.treatment.recovered, of: counts.treatment.of };
  const second: Count = { hits: counts.ablation.recovered, of: counts.ablation.of };
  const difference = first.of > 0 && second.of > 0 ? newcombeDifference(first, second) : undefined;
  const above = difference !== undefined && difference.lo > 0;
  const proven = above && recovered.length > 0 && declared.length === recovered.length;
  const verdict = choose({ wrong: others.length > 0, proven, selfRecovered: second.hits > 0 });
  const figures = `${first.hits} of ${first.of} recovered with the action, ${second.hits} of ${second.of} without${differenceText(difference)}`;
  const unseen =
    above && !proven ? "the declared action was not seen in every recovered trial" : trialsText(first, second);
  const why: Record<AttributionVerdict, string> = {
    ATTRIBUTED: figures,
    "WRONG-PATHWAY": `${figures}; recovered by ${others.join(", ")} instead`,
    "SELF-RECOVERED": `${figures}; the stack recovers although the action does nothing`,
    UNPROVEN: `${figures}; ${unseen}`,
  };
  return { verdict, ...counts, ...(difference && { difference }), says: why[verdict] };
}

function choose(seen: { wrong: boolean; proven: boolean; selfRecovered: boolean }): AttributionVerdict {
  if (seen.wrong) return "WRONG-PATHWAY";
  if (seen.proven) return "ATTRIBUTED";
  return seen.selfRecovered ? "SELF-RECOVERED" : "UNPROVEN";
}

function differenceText(difference: Difference | undefined): string {
  if (difference === undefined) return "";
  return ` (difference ${percent(difference.value)}, 95 % ${percent(difference.lo)} to ${percent(difference.hi)})`;
}

/** Fewest trials per arm at which the rates seen so far would lie apart; taken as all and none for an arm without trials. */
export function trialsNeeded(treatment: Count, ablation: Count): number | undefined {
  const p1 = treatment.of === 0 ? 1 : treatment.hits / treatment.of;
  const p2 = ablation.of === 0 ? 0 : ablation.hits / ablation.of;
  for (let of = 1; of <= mostTrials; of += 1) {
    if (newcombeDifference({ hits: Math.round(p1 * of), of }, { hits: Math.round(p2 * of), of }).lo > 0) return of;
  }
  return undefined;
}

function trialsText(treatment: Count, ablation: Count): string {
  const needed = trialsNeeded(treatment, ablation);
  if (needed === undefined) return `no number of trials up to ${mostTrials} per arm would prove it at these rates`;
  return `${needed} counted trials per arm at these rates would prove it`;
}
