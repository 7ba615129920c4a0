// What a trial was set to and what people did in it: the target's settings, the operator's script and its answers.

import { formatDuration } from "../core/duration.ts";
import { operatorText } from "../core/operator.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { OperatorEvent } from "../records/timeline/operator.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";
import { instantText } from "./claims.ts";
import type { Origin } from "./plot-series.ts";

/** `Setting: policy is careful.`; one sentence each, none for a target without settings. */
export function settingSentences({ settings = {} }: Pick<TrialPlan, "settings">): readonly string[] {
  return Object.entries(settings).map(([name, value]) => `Setting: ${name} is ${value}.`);
}

/** The script, then each answer in order of time with what the target made of it; nothing where none was scripted. */
export function operatorSentences(
  { operator }: Pick<TrialPlan, "operator">,
  timeline: readonly TimelineEvent[],
  origin: Origin,
): readonly string[] {
  if (operator === undefined) return [];
  const answers = timeline.filter((event): event is OperatorEvent => event.kind === "operator");
  return [`The operator ${operatorText(operator)}.`, ...answers.map((answer) => answerSentence(answer, origin))];
}

function answerSentence({ at, from, person, does, ok, reason, ...asked }: OperatorEvent, origin: Origin): string {
  const what = asked.pathway === undefined ? asked.incident : `${asked.pathway} (${asked.incident})`;
  const answer = does === "approve" ? "granted" : "denied";
  const sent = `Person ${person} ${answer} ${what} at ${instantText({ at: from, lo: from, hi: from }, origin)}`;
  return `${sent}; the target ${ok ? "took it" : "did not take it"} after ${formatDuration(at - from)}: ${reason}`;
}
