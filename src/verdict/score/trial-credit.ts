// What one counted treatment trial earns in the terms that are asked of every trial, and what it lost each to. Between
// 0 and 1 a term.

import type { TrialDigest } from "../../core/digest.ts";
import { secondsText } from "../../core/text.ts";
import type { TermName } from "../../records/results/scorecard.ts";
import type { Ms } from "../../core/units.ts";
import { trialName } from "../../core/plan.ts";
import { isAbout, outcomeAbout } from "../rule-table.ts";

/** Terms that each trial earns for itself; attribution is earned by an intent. */
export type TrialTerm = Exclude<TermName, "attribution">;

/**
 * Share of one term that a trial earned; below 1 with the reason. `sure`: the whole of it, also at the worst end of the
 * interval.
 */
interface Credit {
  readonly share: number;
  readonly sure: boolean;
  readonly lostTo?: string;
}

export interface TrialCredit {
  readonly trial: string;
  readonly terms: Readonly<Record<TrialTerm, Credit>>;
}

/**
 * Rules whose failing is already counted by recovery, by timeliness or by detection; every other one is a matter of
 * integrity.
 */
const countedElsewhere = ["recovery", "patience", "pathway", "detection", "classification", "evidence"] as const;

const full: Credit = { share: 1, sure: true };

/**
 * Share of a trial's points (reports/README.md, "The recovery score"): 1 inside the budget B, falling linearly to 0 at
 * 3 B. Both in ms.
 */
export function timeliness(mttrMs: Ms, budgetMs: Ms): number {
  if (mttrMs <= budgetMs) return 1;
  return Math.max(0, (3 * budgetMs - mttrMs) / (2 * budgetMs));
}

/**
 * A trial that did not recover for good by the declared pathway earns nothing in any term: there is no recovery whose
 * detection or aftermath could be praised. Of the others: recovery: timeliness of MTTR (t6 − t0) against
 * `recovered.within`; detection: in time, on the site and with the right class and root, divided by 1 + false alarms of
 * the trial (one fault = one positive, so this is the trial's precision); integrity: every other rule was kept (nothing
 * lost, nothing else touched, nothing falsely declared, no bound broken).
 */
export function creditOf(trial: TrialDigest): TrialCredit {
  const name = trialName(trial.plan);
  const missed = notRecovered(trial);
  if (missed !== undefined) {
    const none: Credit = { share: 0, sure: false, lostTo: missed };
    return { trial: name, terms: { recovery: none, detection: none, integrity: none } };
  }
  return { trial: name, terms: { recovery: inTime(trial), detection: detected(trial), integrity: whole(trial) } };
}

/**
 * Why it is no recovery for good by the declared pathway, or undefined when it is one. The healer's word alone does not
 * make it one.
 */
function notRecovered(trial: TrialDigest): string | undefined {
  const { facts, plan } = trial;
  const declared = plan.expect.recovered?.by;
  if (facts.recovery !== "healed") return words[facts.recovery];
  if (facts.relapse.at !== undefined) return "relapsed";
  if (outcomeAbout(trial, "patience") === "fail") return "new instances kept coming after the recovery";
  if (facts.pathway === null) return "recovered without the declared action";
  if (facts.pathway !== declared) return `recovered by ${facts.pathway} instead`;
  return outcomeAbout(trial, "pathway") === "pass" ? undefined : "no action seen behind the word";
}

const words = {
  "waited-out": "recovered only after we took the fault back",
  "not-recovered": "not recovered while it was watched",
  "not-disturbed": "the steady state was never left",
  unseen: "not enough was seen",
} as const;

function inTime({ facts, plan }: TrialDigest): Credit {
  const budgetMs = plan.expect.recovered?.withinMs ?? 0;
  const { mttr } = facts;
  if (mttr === undefined) return { share: 0, sure: false, lostTo: "no time of recovery" };
  const share = timeliness(mttr.ms, budgetMs);
  const sure = mttr.hi <= budgetMs;
  if (share === 1) return { share, sure };
  return { share, sure, lostTo: `recovered after more than the ${secondsText(budgetMs, 100)} s allowed` };
}

function detected(trial: TrialDigest): Credit {
  const { detected: asked } = trial.plan.expect;
  if (asked === undefined || asked.as.length === 0) {
    return { share: 0, sure: false, lostTo: "the intent asks for no detection with a class" };
  }
  if (outcomeAbout(trial, "detection") !== "pass") {
    return { share: 0, sure: false, lostTo: "not detected there in time" };
  }
  if (outcomeAbout(trial, "classification") !== "pass") return { share: 0, sure: false, lostTo: "wrong class" };
  if (outcomeAbout(trial, "evidence") === "fail") return { share: 0, sure: false, lostTo: "wrong root" };
  const alarms = falseAlarmsOf(trial);
  return alarms === 0 ? full : { share: 1 / (1 + alarms), sure: false, lostTo: "false alarms" };
}

/** Incidents detected before the fault, and after it where it was not. */
export function falseAlarmsOf({ facts }: TrialDigest): number {
  return (facts.calm?.alarms ?? 0) + (facts.actions?.strayAlarms ?? 0);
}

function whole(trial: TrialDigest): Credit {
  const broken = trial.verdict.findings.filter((one) => one.outcome === "fail" && !isAbout(one, ...countedElsewhere));
  return broken.length === 0
    ? full
    : { share: 0, sure: false, lostTo: broken.map(({ rule }) => `${rule} not kept`).join(", ") };
}
