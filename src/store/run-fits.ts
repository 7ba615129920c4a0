// Whether the parts of a run.json go together: each may be well-formed, and the whole count a trial twice or under
// another intent's name.

import type { RunDigest } from "../core/digest.ts";
import type { Problem } from "../core/errors.ts";
import { trialName } from "../core/plan.ts";

/** A problem for each intent or trial that stands there again, and for each trial of another intent. */
export function unfitParts(file: string, { intents }: RunDigest): readonly Problem[] {
  const problems: Problem[] = [];
  const amiss = (place: string, found: string, expected: string): void => {
    problems.push({ found: `${file}: ${place}: ${found}`, expected });
  };
  const [intentAt, trialAt] = [new Map<string, string>(), new Map<string, string>()];
  for (const [n, { intent, trials }] of intents.entries()) {
    const place = `intents.${n}`;
    const before = intentAt.get(intent);
    if (before !== undefined) amiss(place, `the intent ${intent} stands at ${before} already`, "each intent once");
    else intentAt.set(intent, place);
    for (const [m, { plan }] of trials.entries()) {
      const [name, at] = [trialName(plan), `${place}.trials.${m}`];
      if (plan.intent !== intent) amiss(`${at}.plan.intent`, plan.intent, `${intent}, as the intent that it is below`);
      const known = trialAt.get(name);
      if (known !== undefined) amiss(at, `the trial ${name} stands at ${known} already`, "each trial once");
      else trialAt.set(name, at);
    }
  }
  return problems;
}
