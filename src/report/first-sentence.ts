// The first sentence of every report: what broke, what the loop did, what became of users. Made by rule from facts and
// findings of one trial; there is none where they do not carry one.

import { isTreatment } from "../core/arms.ts";
import type { RunDigest, TrialDigest } from "../core/digest.ts";
import { faultsName, trialName } from "../core/plan.ts";
import { counted } from "../core/text.ts";
import type { Finding } from "../records/results/outcome.ts";
import { decidingFinding } from "../verdict/judge-trial.ts";
import { isOfStack, outcomeAbout } from "../verdict/rule-table.ts";
import { afterText, afterwardsClause, foundClause, loopClause } from "./trial-clauses.ts";
import { triageWord } from "./triage-model.ts";
import { roleOf, worstTrial } from "./worst.ts";

export interface FirstSentence {
  readonly says: string;
  /** Where it belongs, in a word; empty: it passed, or was not triaged. */
  readonly triage: string;
}

/** Undefined where counts say all that is known. */
export function firstSentence(run: RunDigest): FirstSentence | undefined {
  const told = run.outcome === "pass" ? passed(run) : (failed(run) ?? unjudged(run));
  if (told === undefined) return undefined;
  const { says, trial } = told;
  return { says, triage: trial === undefined ? "" : triageWord(run, trial) };
}

/** The same as one text. */
export function firstSentenceText(run: RunDigest): string | undefined {
  const first = firstSentence(run);
  if (first === undefined) return undefined;
  return first.triage === "" ? first.says : `${first.says} Triage: ${first.triage}.`;
}

interface Told {
  readonly says: string;
  /** Of which it is said; undefined: of all. */
  readonly trial?: TrialDigest;
}

/** Of the trial with the worst finding of all. */
function failed(run: RunDigest): Told | undefined {
  const worst = worstTrial(run);
  if (worst === undefined) return undefined;
  const { trial, finding } = worst;
  const role = roleOf(finding);
  const clauses =
    role === "traces"
      ? [foundClause(trial, role)]
      : [foundClause(trial, role), loopClause(trial), afterwardsClause(trial)];
  const told = clauses.filter((clause) => clause !== "");
  if (told.length === 0) return undefined;
  return { says: sentence([...whichOf(run, trial), afterText(trial)], told.join("; ")), trial };
}

/** Why the first trial that was not judged was not. */
function unjudged(run: RunDigest): Told | undefined {
  for (const { trials } of run.intents) {
    for (const trial of trials) {
      const { outcome } = trial.verdict;
      if (outcome !== "inconclusive" && outcome !== "invalid") continue;
      const why = whyNot(trial);
      if (why === undefined) continue;
      const faults = faultsName(trial.plan.disturbances);
      return { says: sentence(whichOf(run, trial), `the trial with ${faults} does not count: ${why}`), trial };
    }
  }
  return undefined;
}

function whyNot({ verdict, facts }: TrialDigest): string | undefined {
  const because = decidingFinding(
    verdict.findings.flatMap((one): readonly Finding[] => (one.outcome !== "pass" && "says" in one ? [one] : [])),
  );
  if (because === undefined) return undefined;
  const isFailed = because.outcome === "fail";
  switch (roleOf(because)) {
    case "guard":
      return "the intent's own guard ended it";
    case "machine":
      return "the machine starved the stack";
    case "pace":
      return "the harness fell behind";
    case "arithmetic":
      return "our ways of computing its facts disagree";
    case "precondition":
      if (!isFailed) return "it could not be told whether it tests anything";
      return isOfStack(because) ? "the stack was not well before it" : "it tests nothing";
    default:
      if (facts.recovery === "not-disturbed") return "the steady state was not seen to break";
      return "what was seen does not tell";
  }
}

/** Of one intent whose treatment trials all recovered by the declared action; several have no one story. */
function passed({ intents }: RunDigest): Told | undefined {
  const [intent] = intents;
  if (intent === undefined || intents.length > 1) return undefined;
  const treated = intent.trials.filter(({ plan }) => isTreatment(plan.arm));
  const [first] = treated;
  if (first === undefined || !treated.every(isByDeclared)) return undefined;
  const { pathway } = first.facts;
  if (pathway === null || !treated.every(({ facts }) => facts.pathway === pathway)) return undefined;
  if (treated.length === 1) {
    const told = [`the loop did ${pathway}`, afterwardsClause(first)].filter((clause) => clause !== "");
    return { says: sentence([afterText(first)], told.join("; ")) };
  }
  const after = `after ${faultsName(first.plan.disturbances)}`;
  const all = `the loop did ${pathway}, and the stack recovered, in all of ${counted(treated.length, "trial")}`;
  return { says: sentence([after], all) };
}

function isByDeclared(trial: TrialDigest): boolean {
  const { plan, facts, verdict } = trial;
  return (
    verdict.outcome === "pass" &&
    facts.recovery === "healed" &&
    facts.pathway === plan.expect.recovered?.by &&
    outcomeAbout(trial, "pathway") === "pass"
  );
}

/** Names the trial as far as the run has others that it could be taken for. */
function whichOf({ intents }: RunDigest, { plan }: TrialDigest): readonly string[] {
  const own = intents.find(({ intent }) => intent === plan.intent);
  const hasOthers = (own?.trials.filter((one) => one.plan.arm === plan.arm).length ?? 0) > 1;
  if (intents.length > 1) return [`in ${trialName(plan)}`];
  return hasOthers || !isTreatment(plan.arm) ? [`in ${plan.arm}-${plan.index}`] : [];
}

/** `In treatment-2, after process.kill on inference-1, the loop …` */
function sentence(before: readonly string[], says: string): string {
  const parts = [...before.filter((part) => part !== ""), says];
  const text = `${parts.join(", ")}.`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}
