// The recovery score of one pathway, 0 to 100, with everything that a waterfall needs: reports/README.md, "The
// recovery score".

import type { IntentDigest, TrialDigest } from "../../core/digest.ts";
import { counted as counts } from "../../core/text.ts";
import { isTreatment, isControl } from "../../core/arms.ts";
import { trialName } from "../../core/plan.ts";
import type { PathwayScore, ScoreLoss, ScoreTerm, TermName } from "../../records/results/scorecard.ts";
import { clopperPearson, provenShare } from "../../measure/statistics/clopper-pearson.ts";
import { countedTrials } from "../arm-evidence.ts";
import { confidenceOf } from "../attribution.ts";
import { outcomeAbout } from "../rule-table.ts";
import { closedGates } from "./gates.ts";
import { creditOf, falseAlarmsOf } from "./trial-credit.ts";
import type { TrialCredit, TrialTerm } from "./trial-credit.ts";

/**
 * Points of the four terms: 100 · (0.40 · p_recover · timeliness + 0.25 · attribution + 0.20 · detection + 0.15 ·
 * integrity after).
 */
const maxPoints: Readonly<Record<TermName, number>> = {
  recovery: 40,
  attribution: 25,
  detection: 20,
  integrity: 15,
};

/** By this name a target says that it does nothing, on purpose (HEALING.md, pathways). */
export const holdPathway = "hold";

/**
 * Confidence of each share's two-sided interval, so that the sum of all four lower bounds holds at 95 %: attribution is
 * a two-sided interval above 0 at `confidence` (95 %: 2.5 % on its side); as much again is divided over three one-sided
 * bounds (Bonferroni). Where a run might end early `confidence` is higher than 95 %, so that all of its looks share one
 * error.
 */
function termConfidence(trials: readonly TrialDigest[]): number {
  return 1 - (1 - confidenceOf(trials)) / 3;
}

/** What of a run one pathway is scored by. */
export interface Evidence {
  readonly target: string;
  readonly pathway: string;
  /** All intents of the target. */
  readonly intents: readonly IntentDigest[];
}

/**
 * Evidence is pooled over all intents that declare the pathway (`recovered.by`): each counted treatment trial weighs
 * the same, and an intent's attribution weighs as much as its counted treatment trials. Only trials that passed or
 * failed count.
 */
export function scorePathway({ target, pathway, intents }: Evidence): PathwayScore {
  // In one order, whatever order they ran in, so that the same trials give the same scorecard to the last word.
  const ordered = intents
    .toSorted((a, b) => (a.intent < b.intent ? -1 : 1))
    .map((intent) => ({
      ...intent,
      trials: intent.trials.toSorted((a, b) => (before(a, b) ? -1 : 1)),
    }));
  const evidence = { target, pathway, intents: ordered };
  return pathway === holdPathway ? scoreHold(evidence) : scoreActing(evidence);
}

function before({ plan: a }: TrialDigest, { plan: b }: TrialDigest): boolean {
  return a.arm === b.arm ? a.index < b.index : a.arm < b.arm;
}

function scoreActing({ target, pathway, intents }: Evidence): PathwayScore {
  const all = intents.flatMap(({ trials }) => trials);
  const own = all.filter(({ plan }) => isTreatment(plan.arm) && plan.expect.recovered?.by === pathway);
  const counted = countedTrials(own);
  const declaring = intents.filter(({ trials }) => trials.some((trial) => own.includes(trial)));
  const gates = closedGates(pathway, all, counted.length > 0);
  const base = {
    ...aboutPathway(target, pathway, all),
    intents: [...new Set(counted.map(({ plan }) => plan.intent))],
    counted: counted.length,
    uncounted: uncountedOf(own),
    gates,
  };
  if (counted.length === 0) {
    if (gates.length === 0) return { ...base, terms: [], says: nothingSays(own.length) };
    return { ...base, terms: [], score: { points: 0, proven: 0, ungated: 0 }, says: gateSays(gates) };
  }
  const terms = termsOf(declaring, counted);
  const ungated = sum(terms.map(({ earned }) => earned));
  const open = gates.length === 0;
  const score = { points: open ? ungated : 0, proven: open ? sum(terms.map(({ proven }) => proven)) : 0, ungated };
  const trials = counts(counted.length, "counted trial");
  return { ...base, score, terms, says: open ? trials : `${gateSays(gates)}; ${trials}` };
}

function gateSays(gates: PathwayScore["gates"]): string {
  return gates.map(({ says, by }) => `${says} (${by.join(", ")})`).join("; ");
}

function nothingSays(trials: number): string {
  return trials === 0 ? "no evidence: no intent of this run declares it" : "no evidence: no trial passed or failed";
}

/**
 * `hold` has nothing to recover, so the formula gives it no points; that it acted closes the gate of whatever acted.
 */
function scoreHold({ target, pathway, intents }: Evidence): PathwayScore {
  const all = intents.flatMap(({ trials }) => trials);
  const own = all.filter(({ plan }) => isControl(plan.arm));
  const counted = countedTrials(own);
  const held = counted.filter((trial) => outcomeAbout(trial, "restraint") === "pass").length;
  const proves = counted.length === 0 ? 0 : provenShare(held, counted.length);
  return {
    ...aboutPathway(target, pathway, all),
    intents: [...new Set(counted.map(({ plan }) => plan.intent))],
    counted: counted.length,
    uncounted: uncountedOf(own),
    gates: [],
    terms: [],
    ...(counted.length > 0 && { held: { held, of: counted.length, proves } }),
    says:
      counted.length === 0
        ? "no evidence: no trial with nothing to repair was judged"
        : `did nothing in ${held} of ${counted.length} trials with nothing to repair`,
  };
}

function aboutPathway(
  target: string,
  pathway: string,
  trials: readonly TrialDigest[],
): Pick<PathwayScore, "target" | "pathway" | "tier" | "weight"> {
  const traits = trials.map(({ plan }) => plan.targetFacts.traits?.[pathway]).find((found) => found !== undefined);
  return { target, pathway, weight: traits?.weight ?? 1, ...(traits?.tier && { tier: traits.tier }) };
}

function uncountedOf(trials: readonly TrialDigest[]): PathwayScore["uncounted"] {
  const counted = new Set(countedTrials(trials));
  return trials.flatMap((trial) =>
    counted.has(trial) ? [] : [{ trial: trialName(trial.plan), outcome: trial.verdict.outcome }],
  );
}

function termsOf(intents: readonly IntentDigest[], counted: readonly TrialDigest[]): ScoreTerm[] {
  const credits = counted.map(creditOf);
  const confidence = termConfidence(counted);
  const alarms = alarmsElsewhere(intents);
  return [
    termOf("recovery", credits, confidence),
    attributionTerm(intents, counted),
    quietened(termOf("detection", credits, confidence), counted.length, alarms),
    termOf("integrity", credits, confidence),
  ];
}

/**
 * Mean share over the counted trials, times the term's points. For recovery this is p_recover · timeliness: the share
 * that recovered times the mean timeliness of those that did equals the mean timeliness over all of them with 0 for the
 * censored, so nothing is counted twice. Proven: the Clopper–Pearson lower bound of the share of trials that earned all
 * of it, since a mean of numbers in [0, 1] is at least the share of ones.
 */
function termOf(name: TrialTerm, credits: readonly TrialCredit[], confidence: number): ScoreTerm {
  const max = maxPoints[name];
  const share = sum(credits.map(({ terms }) => terms[name].share)) / credits.length;
  const sure = credits.filter(({ terms }) => terms[name].sure).length;
  const { lo } = clopperPearson(sure, credits.length, confidence);
  const losses = new Map<string, ScoreLoss>();
  for (const { trial, terms } of credits) {
    const { share: own, lostTo } = terms[name];
    if (lostTo === undefined) continue;
    const before = losses.get(lostTo);
    const points = (before?.points ?? 0) + ((1 - own) * max) / credits.length;
    losses.set(lostTo, { points, to: lostTo, by: [...(before?.by ?? []), trial] });
  }
  return { name, max, earned: share * max, proven: Math.min(lo, share) * max, losses: [...losses.values()] };
}

/**
 * ATTRIBUTED earns all, everything else nothing: what is not proven earns no points. Untested (no ablation arm) is not
 * proven.
 */
function attributionTerm(intents: readonly IntentDigest[], counted: readonly TrialDigest[]): ScoreTerm {
  const max = maxPoints.attribution;
  const losses: ScoreLoss[] = [];
  let earned = 0;
  for (const { intent, attribution } of intents) {
    const weight = counted.filter(({ plan }) => plan.intent === intent).length;
    const points = (weight / counted.length) * max;
    if (weight === 0) continue;
    if (attribution?.verdict === "ATTRIBUTED") earned += points;
    else losses.push({ points, to: attribution?.verdict ?? "no ablation arm to compare with", by: [intent] });
  }
  const whole = Math.min(max, earned);
  return { name: "attribution", max, earned: whole, proven: whole, losses };
}

/** False alarms in the other arms of the same intents: they thin out the positives like those in the trial itself. */
function alarmsElsewhere(intents: readonly IntentDigest[]): { readonly count: number; readonly by: readonly string[] } {
  const others = countedTrials(intents.flatMap(({ trials }) => trials)).filter(({ plan }) => !isTreatment(plan.arm));
  const crying = others.filter((trial) => falseAlarmsOf(trial) > 0);
  return { count: sum(crying.map(falseAlarmsOf)), by: crying.map(({ plan }) => trialName(plan)) };
}

function quietened(term: ScoreTerm, trials: number, alarms: ReturnType<typeof alarmsElsewhere>): ScoreTerm {
  if (alarms.count === 0) return term;
  const left = trials / (trials + alarms.count);
  const loss = { points: term.earned * (1 - left), to: "false alarms in other arms", by: alarms.by };
  return { ...term, earned: term.earned * left, proven: term.proven * left, losses: [...term.losses, loss] };
}

/** In ascending order, so that the order of trials does not show in the last digit. */
function sum(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b).reduce((total, value) => total + value, 0);
}
