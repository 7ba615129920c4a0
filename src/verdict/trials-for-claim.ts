// How many trials a claim takes: what is run for it, how many failures it bears, and how likely a good stack shows it.

import { isTreatment } from "../core/arms.ts";
import type { Ms, Share } from "../core/units.ts";
import { chanceToShow, shareShown, trialsNeeded } from "../measure/statistics/trials-needed.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { ShareClaim } from "./share-claim.ts";

/** Failures from 0 up to this have a line each. */
const mostFailures = 5;
/** A stack that fails so many times less often than the claim allows is taken as an example. */
const better = 5;

/** One way to show a claim: fixed before the first trial. */
interface NeededTrials {
  readonly failures: number;
  readonly trials: number;
  /** That it comes out, on a stack that keeps to the bound in `example`. */
  readonly chance: Share;
}

/** What that is for one intent. */
interface IntentForClaim {
  readonly intent: string;
  readonly file: string;
  /** Treatment trials that it plans, and the share that they show without a failure. */
  readonly planned: number;
  readonly plannedShows: Share;
  /** Estimated time of a trial in each arm, ms. */
  readonly blockMs: Ms;
  /** How long a trial is watched after the injection, ms: what takes longer counts as a failure. */
  readonly watchMs: Ms;
}

export interface ClaimTrials {
  readonly claim: ShareClaim;
  /** Share of good trials of the stack taken as an example. */
  readonly example: Share;
  readonly needed: readonly NeededTrials[];
  readonly intents: readonly IntentForClaim[];
}

/** Trials for a claim; of `plans` those intents count that have a treatment. */
export function trialsForClaim(claim: ShareClaim, plans: readonly TrialPlan[]): ClaimTrials {
  const { share, confidence } = claim;
  const example = 1 - (1 - share) / better;
  const needed = Array.from({ length: mostFailures + 1 }, (_, failures) => {
    const trials = trialsNeeded(share, failures, confidence);
    return { failures, trials, chance: chanceToShow(example, failures, trials) };
  });
  const ids = [...new Set(plans.map(({ intent }) => intent))];
  return {
    claim,
    example,
    needed,
    intents: ids.flatMap((id) =>
      ofIntent(
        plans.filter(({ intent }) => intent === id),
        confidence,
      ),
    ),
  };
}

function ofIntent(plans: readonly TrialPlan[], confidence: Share): readonly IntentForClaim[] {
  const treated = plans.filter(({ arm }) => isTreatment(arm));
  const [first] = treated;
  if (first === undefined) return [];
  const planned = treated.length;
  // Every arm has as many trials.
  const blockMs = plans.reduce((sum, { estimateMs }) => sum + estimateMs, 0) / planned;
  const { intent, intentFile: file, watchMs } = first;
  return [{ intent, file, planned, plannedShows: shareShown(planned, confidence), blockMs, watchMs }];
}
