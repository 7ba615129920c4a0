// A night of many trials whose truth is known: three simulated trials, again and again under other names.

import { tell } from "../../../builders/simulated-trial.ts";
import { stories, type StoryName } from "../../../golden/stories.ts";
import type { TrialRecord } from "../../../../src/core/verdict.ts";
import type { TrialPlan } from "../../../../src/records/plan.ts";

/** Intents that a night is spread over, when it is long enough. */
const mostIntents = 50;
/** Every so many blocks, a treatment does not recover. */
const failsEvery = 20;
const arms = ["treatment", "ablation"] as const;
const treatment: StoryName = "clean heal";
const failing: StoryName = "never recovers";
const ablation: StoryName = "ablated, stays broken";

/** One trial of the night: which story it tells, under which plan. */
export interface Nightly {
  readonly story: StoryName;
  readonly plan: TrialPlan;
}

/** The stories that a night is made of, whole. */
export function storiesOfNight(): ReadonlyMap<StoryName, TrialRecord> {
  return new Map([treatment, failing, ablation].map((name) => [name, tell(stories[name])]));
}

/** A night's intents: ids, in order. */
export function intentsOf(trials: number): readonly string[] {
  const blocks = Math.ceil(trials / arms.length);
  return Array.from({ length: Math.min(mostIntents, blocks) }, (_, at) => `data/simulated-${at + 1}`);
}

/** So many trials, one after the other, in blocks of both arms. */
export function* nightOf(trials: number, told: ReadonlyMap<StoryName, TrialRecord>): Generator<Nightly> {
  const intents = intentsOf(trials);
  for (let at = 0; at < trials; at += 1) {
    const block = Math.floor(at / arms.length);
    const arm = arms[at % arms.length] ?? "treatment";
    const story = arm === "ablation" ? ablation : block % failsEvery === failsEvery - 1 ? failing : treatment;
    const record = told.get(story);
    if (record === undefined) throw new Error(`no story ${story}`);
    const intent = intents[block % intents.length] ?? "";
    const index = 1 + Math.floor(block / intents.length);
    yield { story, plan: { ...record.plan, runId: `r${trials}`, intent, arm, index, target: "simulated" } };
  }
}
