// Which trials of a run have a page of their own. A page takes some 10 ms of a processor, and nobody reads ten
// thousand: a long run writes those that are likely to be opened, and the others when they are asked for.

import type { RunDigest, TrialDigest } from "../core/digest.ts";
import { trialName } from "../core/plan.ts";
import type { TrialPlan } from "../records/plan.ts";
import { blocksOf } from "./page-model.ts";

/** How many pages a run writes by itself. */
interface PageLimits {
  /** A run of at most so many trials writes all of them. */
  readonly shortRun: number;
  /** A longer one writes so many at most. */
  readonly ofLongRun: number;
}

/** Five seconds of a processor after a run of hours, and one second of it after a longer one. */
const limits: PageLimits = { shortRun: 500, ofLongRun: 100 };

/** Asks for the pages of all trials. */
export const allPages = "all";

/** Names of the trials that have a page, see `trialName`. */
export type Paged = ReadonlySet<string>;

/** A trial's folder below `trials/`: by this name a page is asked for. */
export function folderName({ intent, arm, index }: Pick<TrialPlan, "intent" | "arm" | "index">): string {
  return `${intent}/${arm}-${index}`;
}

/**
 * The trials that have a page: all of a short run. Of a longer one those that did not pass and the first of
 * each intent, each with the other arms of its number, as its page leads to theirs; and what is `asked` for: "all", or
 * the folder of one trial.
 */
export function pagedTrials(run: RunDigest, asked = "", { shortRun, ofLongRun } = limits): Paged {
  const blocks = blocksOf(run).map((places) => places.map(({ trial }) => trial));
  const trials = blocks.flat();
  if (asked === allPages || trials.length <= shortRun) return new Set(trials.map(({ plan }) => trialName(plan)));
  const paged = new Set<string>();
  for (const block of likely(blocks)) {
    if (paged.size + block.length > ofLongRun) break;
    for (const { plan } of block) paged.add(trialName(plan));
  }
  const wanted = blocks.find((block) => block.some(({ plan }) => folderName(plan) === asked)) ?? [];
  for (const { plan } of wanted) paged.add(trialName(plan));
  return paged;
}

type Block = readonly TrialDigest[];

/** What is likelier to be opened comes first: what first went wrong in each intent, all that did, the first trials. */
function* likely(blocks: readonly Block[]): Generator<Block> {
  const wrong = blocks.filter((block) => block.some(({ verdict }) => verdict.outcome !== "pass"));
  yield* firstOfEach(wrong);
  yield* wrong;
  yield* firstOfEach(blocks);
}

function firstOfEach(blocks: readonly Block[]): readonly Block[] {
  const first = new Map<string, Block>();
  for (const block of blocks) {
    const [trial] = block;
    if (trial !== undefined && !first.has(trial.plan.intent)) first.set(trial.plan.intent, block);
  }
  return [...first.values()];
}

/** What the page of a run says of trials without a page; empty where all have one. */
export function unpagedSentence(run: RunDigest, paged: Paged): string {
  const all = run.intents.reduce((sum, { trials }) => sum + trials.length, 0);
  const without = all - paged.size;
  if (without === 0) return "";
  return `${without} of ${all} trials, those without a link, have no page of their own yet: npx rebound report DIR --pages all writes all of them, --pages INTENT/ARM-N that of one trial.`;
}
