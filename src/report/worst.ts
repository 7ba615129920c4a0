// The three worst findings of a run in words, each with the command that brings it about again.

import type { IntentDigest, RunDigest, TrialDigest } from "../core/digest.ts";
import { trialName } from "../core/plan.ts";
import { hash32 } from "../core/random.ts";
import { listed } from "../core/text.ts";
import type { Finding } from "../records/results/outcome.ts";
import { isAbout } from "../verdict/rule-table.ts";
import type { TakenRole } from "../verdict/rule-table.ts";
import { badge } from "./shown.ts";
import type { Badge } from "./shown.ts";

/** So many are shown. */
const shown = 3;

export interface WorstModel {
  readonly badge: Badge;
  readonly intent: string;
  readonly anchor: string;
  /** Anchor of the trial. */
  readonly trial: string;
  readonly name: string;
  readonly rule: string;
  readonly says: string;
  /** What failed in that trial, all of it, for whoever knows no rule by its name. */
  readonly words: string;
  /** What else failed in that trial, in the same order: often why. */
  readonly besides: readonly { readonly rule: string; readonly says: string }[];
  readonly command: string;
}

/**
 * What weighs most first: something left behind, lost data, actions that nobody allowed, actions where nothing was
 * wrong, false words; then what did not recover; then what was not found, or not kept within bounds.
 */
const byWeight: readonly TakenRole[] = [
  "traces",
  "data",
  "approval",
  "restraint",
  "honesty",
  "recovery",
  "patience",
  "pathway",
  "unaided",
  "bound",
  "detection",
  "evidence",
  "classification",
];

/** What each is called where it failed. */
const failedWords: Readonly<Record<TakenRole, string>> = {
  traces: "something was left behind",
  data: "data was missing",
  approval: "without leave",
  restraint: "acted where nothing was to be done",
  honesty: "false or missing words",
  recovery: "not recovered in time",
  patience: "recovered only without the fault",
  pathway: "not by the declared action",
  unaided: "not as it does without a healer",
  bound: "a limit was not kept",
  detection: "not detected in time",
  evidence: "not traced to its root",
  classification: "a wrong class, or none",
  precondition: "it tests nothing",
  guard: "ended by its own guard",
  arithmetic: "facts disagree",
  pace: "the harness fell behind",
  machine: "the machine starved the stack",
};

/** What a finding is about; undefined for a rule that there is no longer. */
export function roleOf(finding: Pick<Finding, "rule">): TakenRole | undefined {
  return (Object.keys(failedWords) as TakenRole[]).find((role) => isAbout(finding, role));
}

/** Of trials with these outcomes a failed rule is a finding; the others were not judged. */
const outcomes = ["residue", "fail"] as const;

interface Weighed extends WorstModel {
  readonly weight: number;
}

/** At most three, one for each intent: several findings of one intent are mostly one story. */
export function worstFindings(run: RunDigest): readonly WorstModel[] {
  const worst = run.intents.flatMap((intent, index) => worstOf(intent, index, run.seed) ?? []);
  return worst
    .toSorted((a, b) => a.weight - b.weight)
    .slice(0, shown)
    .map(({ weight: _weight, ...model }) => model);
}

interface Found {
  readonly trial: TrialDigest;
  /** Of the trial, in its intent. */
  readonly at: number;
  readonly finding: Finding;
}

/** The worst finding of all, and its trial; undefined where nothing failed. */
export function worstTrial({ intents }: RunDigest): Pick<Found, "trial" | "finding"> | undefined {
  const firsts = intents.flatMap((intent) => worstIn(intent).slice(0, 1));
  return firsts.toSorted((a, b) => weightOf(a.trial, a.finding) - weightOf(b.trial, b.finding))[0];
}

function worstIn({ trials }: IntentDigest): readonly Found[] {
  return trials
    .flatMap((trial, at) => failedIn(trial).map((finding) => ({ trial, at, finding })))
    .toSorted((a, b) => weightOf(a.trial, a.finding) - weightOf(b.trial, b.finding));
}

function worstOf(intent: IntentDigest, index: number, seed: number): Weighed | undefined {
  const all = worstIn(intent);
  const [first] = all;
  if (first === undefined) return undefined;
  const { trial, at, finding } = first;
  const own = all.filter((one) => one.trial === trial);
  return {
    weight: weightOf(trial, finding),
    badge: badge(trial.verdict.outcome),
    intent: intent.intent,
    anchor: `intent-${index}`,
    trial: `trial-${index}-${at}`,
    name: trialName(trial.plan),
    rule: finding.rule,
    says: finding.says,
    words: listed([...new Set(own.map((one) => wordsOf(one.finding)))]),
    besides: own.filter((one) => one.finding !== finding).map(({ finding: { rule, says } }) => ({ rule, says })),
    command: againCommand(trial, seed),
  };
}

function wordsOf(finding: Finding): string {
  const role = roleOf(finding);
  return role === undefined ? finding.rule : failedWords[role];
}

function failedIn({ verdict }: TrialDigest): readonly Finding[] {
  if (!outcomes.some((outcome) => outcome === verdict.outcome)) return [];
  return verdict.findings.flatMap((finding) => (finding.outcome === "fail" && "says" in finding ? [finding] : []));
}

/** The outcome first, then what the rule is about; a rule that there is no longer comes last. */
function weightOf({ verdict }: TrialDigest, finding: Finding): number {
  const role = byWeight.findIndex((one) => isAbout(finding, one));
  const outcome = outcomes.findIndex((one) => one === verdict.outcome);
  return outcome * (byWeight.length + 1) + (role < 0 ? byWeight.length : role);
}

/**
 * Runs the trial again: on its target under its settings, of which a plan does not say whether the intent or the
 * command line chose them; as many trials as its number, so that it is among them; and by the run's seed where its own
 * follows from that, else it follows from the intent's, which the file has.
 */
export function againCommand({ plan }: Pick<TrialDigest, "plan">, seed: number): string {
  const isOfRun = hash32(`${seed} ${plan.intent} ${plan.index}`) === plan.seed;
  const words = [
    "npx rebound run",
    shellWord(plan.intentFile),
    `--target ${shellWord(plan.target)}`,
    ...Object.entries(plan.settings ?? {}).map(([name, value]) => `--setting ${shellWord(`${name}=${value}`)}`),
    `--trials ${plan.index}`,
    ...(isOfRun ? [`--seed ${seed}`] : []),
  ];
  return words.join(" ");
}

/** As one word of a POSIX shell. */
function shellWord(text: string): string {
  return /^[\w./][\w./=-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
