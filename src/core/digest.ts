// What stays in memory of a judged trial until its run ends. All the rest is in the trial's folder: windows by the
// hundred, and in what words rules were content.

import { HarnessError } from "./errors.ts";
import { trialName } from "./plan.ts";
import type { TrialFacts } from "../records/facts/facts.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { Finding, TrialVerdict } from "../records/results/outcome.ts";
import type { IntentResult, RunResult } from "../records/results/run-result.ts";
import type { TrialResult } from "../records/results/trial-result.ts";

/** A rule that was content. */
interface Content {
  readonly rule: string;
  readonly outcome: "pass";
}
/** What a rule concluded; of one that was content, no more than that. */
type FindingDigest = (Omit<Finding, "outcome"> & { readonly outcome: Exclude<Finding["outcome"], "pass"> }) | Content;

/** Facts that are asked for after a trial was judged: by judges of intents, scores, and reports of a whole run. */
const kept = [
  "load",
  "tookMs",
  "blindSamples",
  "sampleNotes",
  "marks",
  "mttd",
  "firstAction",
  "mttr",
  "ttm",
  "pathway",
  "recovery",
  "relapse",
  "calm",
  "impact",
  "actions",
  "incidents",
  "honesty",
] as const satisfies readonly (keyof TrialFacts)[];

/** Windows are there when the trial is whole. */
export type FactsDigest = Pick<TrialFacts, (typeof kept)[number]> & Partial<Pick<TrialFacts, "windows">>;

/** A trial as judges of intents and reports of runs ask for it; a whole result is one, too. */
export interface TrialDigest {
  readonly plan: TrialPlan;
  readonly facts: FactsDigest;
  readonly verdict: Pick<TrialVerdict, "outcome"> & { readonly findings: readonly FindingDigest[] };
}

/** An intent's result over trials that are whole or not. */
export type IntentOf<Trial extends TrialDigest> = Omit<IntentResult, "trials"> & { readonly trials: readonly Trial[] };
/** A run's result over trials that are whole or not. */
export type RunOf<Trial extends TrialDigest> = Omit<RunResult, "intents"> & {
  readonly intents: readonly IntentOf<Trial>[];
};
export type IntentDigest = IntentOf<TrialDigest>;
export type RunDigest = RunOf<TrialDigest>;

/** One for each rule is enough for all trials. */
const content = new Map<string, Content>();

function contentOf(rule: string): Content {
  const known = content.get(rule) ?? { rule, outcome: "pass" };
  content.set(rule, known);
  return known;
}

/** Objects that grew field by field take twice the memory of those that were read from JSON. */
function compact<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

/** What of a trial is kept. */
export function digestOf({ plan, facts, verdict }: TrialResult): TrialDigest {
  // In runs of before it was kept, the windows say at least until when the trial was watched.
  const tookMs = facts.tookMs ?? facts.windows.at(-1)?.to;
  const some = Object.fromEntries(kept.map((name) => [name, facts[name]])) as unknown as FactsDigest;
  const findings = verdict.findings.map(({ rule, outcome, ...words }): FindingDigest =>
    outcome === "pass" ? contentOf(rule) : compact({ rule, outcome, ...words }),
  );
  return {
    plan,
    facts: compact({ ...some, ...(tookMs !== undefined && { tookMs }) }),
    verdict: { outcome: verdict.outcome, findings },
  };
}

/** Finds the trials of a run that is whole in memory. Throws HarnessError "bug" for a plan of another run. */
export function trialsOf(run: RunResult): (plan: TrialPlan) => Promise<TrialResult> {
  const byName = new Map(run.intents.flatMap(({ trials }) => trials.map((trial) => [trialName(trial.plan), trial])));
  return async (plan) => {
    const trial = byName.get(trialName(plan));
    if (trial === undefined) throw new HarnessError("bug", `no trial ${trialName(plan)} in this run`);
    return trial;
  };
}
