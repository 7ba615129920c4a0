// The three worst findings of a run in words, each with the command that brings it about again.

import type { IntentDigest, RunDigest, TrialDigest } from "../core/digest.ts";
import { trialName } from "../core/plan.ts";
import { hash32 } from "../core/random.ts";
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

function worstOf(intent: IntentDigest, index: number, seed: number): Weighed | undefined {
  const all = intent.trials
    .flatMap((trial, at) => failedIn(trial).map((finding) => ({ trial, at, finding })))
    .toSorted((a, b) => weightOf(a.trial, a.finding) - weightOf(b.trial, b.finding));
  const [first] = all;
  if (first === undefined) return undefined;
  const { trial, at, finding } = first;
  return {
    weight: weightOf(trial, finding),
    badge: badge(trial.verdict.outcome),
    intent: intent.intent,
    anchor: `intent-${index}`,
    trial: `trial-${index}-${at}`,
    name: trialName(trial.plan),
    rule: finding.rule,
    says: finding.says,
    besides: all
      .filter((one) => one.trial === trial && one.finding !== finding)
      .map(({ finding: { rule, says } }) => ({ rule, says })),
    command: againCommand(trial, seed),
  };
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
