// Which of several remedies that answer a class comes first: a sum of parts between 0 and 1, each with the weight that
// the policy gives it, printed as it is added up. Pure.
import type { ActingPathway } from "../pathways/pathway.ts";
import { riskOf } from "./policy.ts";
import type { Policy, Terms } from "./policy.ts";

/** How often a way of repairing helped before. */
export interface Tally {
  readonly healed: number;
  readonly failed: number;
}

/** One way of one pathway that might be taken. */
export interface Candidate {
  readonly pathway: ActingPathway;
  readonly means: string;
  readonly terms: Terms;
}

export interface Ranked extends Candidate {
  readonly score: number;
  /** The sum, in words. */
  readonly says: string;
}

export interface Known {
  readonly confidence: number;
  readonly worked: (pathway: string, means: string) => Tally;
  /** Share of the services that the target calls which are well, 0 to 1. */
  readonly dependencies: number;
}

/** The best first. Equal scores stay in the order of the tables. */
export function rank(candidates: readonly Candidate[], weights: Policy["scores"], known: Known): readonly Ranked[] {
  return candidates
    .map((one): Ranked => {
      const tally = known.worked(one.pathway.name, one.means);
      const parts = [
        { what: "confidence", value: known.confidence, weight: weights.confidence },
        { what: `helped before (${historyOf(tally)})`, value: promise(tally), weight: weights.success },
        { what: `${one.terms.tier} risk`, value: 1 - riskOf(one.terms.tier), weight: weights.risk },
        { what: "dependencies well", value: known.dependencies, weight: weights.dependencies },
      ];
      const { bonus } = one.terms;
      const score = parts.reduce((sum, { value, weight }) => sum + value * weight, bonus);
      const sum = parts.map(({ what, value, weight }) => `${what} ${value.toFixed(2)} × ${weight}`);
      const says = [...sum, ...(bonus === 0 ? [] : [`bonus ${bonus}`])].join(" + ");
      return { ...one, score: Math.round(score * 1000) / 1000, says: `score ${score.toFixed(2)} = ${says}` };
    })
    .toSorted((a, b) => b.score - a.score);
}

function historyOf({ healed, failed }: Tally): string {
  const tried = healed + failed;
  return tried === 0 ? "not tried" : `${healed} of ${tried}`;
}

/** The share of successes that is to be expected (Laplace). */
function promise({ healed, failed }: Tally): number {
  return (healed + 1) / (healed + failed + 2);
}
