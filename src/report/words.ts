// The words of the report: one place, so the console, the page and the summary say the same thing the same way.

import type { IntentDigest, RunDigest } from "../core/digest.ts";
import { counted } from "../core/text.ts";
import { armNames, armOf } from "../core/arms.ts";
import type { TrialFacts } from "../records/facts/facts.ts";
import type { MarkName } from "../records/facts/marks.ts";
import type { TrialOutcome } from "../records/results/outcome.ts";

/** A sign before each outcome, so that it is never told by colour alone. */
export const outcomeSign: Readonly<Record<TrialOutcome, string>> = {
  pass: "✓",
  fail: "✗",
  inconclusive: "?",
  invalid: "∅",
  residue: "!",
};

/** Of what came with our own way back, and is nobody's merit. */
export const byOurRevert = "only once we had taken the fault back";

/** What each mark is called beside its plot line and in tables. */
export const markNames: Readonly<Record<MarkName, string>> = {
  t0: "fault in effect",
  t1: "users hurt",
  t2: "detected",
  t2c: "classified",
  t3: "decided",
  t4: "acting",
  t5: "users well",
  t6: "recovered",
  t7: "declared",
  t8: "fault removed",
};

/** How a trial's recovery came about, in words. */
export const recoveryWords: Readonly<Record<TrialFacts["recovery"], string>> = {
  healed: "recovered while the fault still held",
  "waited-out": "recovered only after the harness had removed the fault",
  "not-recovered": "did not recover while it was watched",
  "not-disturbed": "steady state was never left",
  unseen: "the probes did not see enough to say",
};

/** Words that a reader who is new to the report may want explained. */
export const glossary: readonly { readonly word: string; readonly means: string }[] = [
  { word: "intent", means: "What is believed about recovery, and what would prove it wrong." },
  { word: "trial", means: "Doing it once, on a freshly started stack, in one arm." },
  ...armNames.map((word) => ({ word, means: armOf(word).means })),
  {
    word: "healer, claim",
    means: "The target's own repair loop, and what it says of itself. A claim never makes a trial pass.",
  },
  { word: "reading", means: "What our own probes and requests saw." },
  { word: "pass, fail", means: "The belief held, or it did not. Only these two count in rates." },
  {
    word: "inconclusive",
    means: "We did not see enough to say: the harness fell behind, load did not arrive, or a probe was blind.",
  },
  {
    word: "invalid",
    means: "The trial tests nothing: no steady state before it, or the fault's effect was not confirmed.",
  },
  {
    word: "residue",
    means:
      "The trial left something behind (a toxic, a process, a file, a port …), which outweighs whatever else it showed.",
  },
  {
    word: "t0 … t8",
    means:
      "Marks of a trial: fault in effect, users hurt, detected, (decided,) acting, users well, recovered, declared by the healer, fault removed. Each lies in an interval, shown as a band.",
  },
  { word: "MTTD", means: "Time to detect, t2 − t0." },
  { word: "TTM", means: "Time to mitigate, t5 − t1: how long users were hurt." },
  { word: "MTTR", means: "Time to recover, t6 − t0: users well again, and replicas, data and queues back too." },
  {
    word: "MTTA",
    means: "Time to approve: an approval asked for until it was granted. It is part of MTTR, and shown beside it.",
  },
  {
    word: "RPO",
    means:
      "How far back before the fault the loss of acknowledged documents reaches; our own documents are written and looked for again to tell.",
  },
  { word: "ATTRIBUTED", means: "The declared pathway acted, and recovery is reliably less likely without its action." },
  {
    word: "SELF-RECOVERED",
    means:
      "The stack recovered although the action did nothing, or without a healer: the action is not what healed it.",
  },
  {
    word: "WRONG-PATHWAY",
    means: "Another action than the declared one did it, or was done in its place and repaired nothing.",
  },
  {
    word: "UNPROVEN",
    means:
      "Too few trials to tell, or nothing recovered, or the declared action was not seen in full, or another can do it too.",
  },
  {
    word: "recovery score",
    means:
      "0 to 100 for a pathway: 40 for recovering for good by it, in time; 25 for proof that it was this action; 20 for detecting there, in time, with the right class and root; 15 for leaving everything else whole. Gates come first: lost data, residue, acting on nothing and unapproved high-risk actions make it 0.",
  },
  {
    word: "proven",
    means: "What so few trials prove of a score: the sum of the terms' lower bounds, at 95 % for each pathway.",
  },
  { word: "coverage", means: "Declared pathways on which this run has evidence: trials that passed or failed." },
  {
    word: "freshness",
    means: "How old the newest evidence on each declared pathway is, over this run and earlier ones.",
  },
  {
    word: "sticky fault",
    means: "A fault that stays until it is repaired or we remove it; it does not end by itself.",
  },
];

/** How many trials the run really did. */
export function trialsDone(run: RunDigest): number {
  return run.intents.reduce((sum, intent) => sum + intent.trials.length, 0);
}

/** The run's outcome in one sentence, with what is missing said first. */
export function runSentence(run: RunDigest): string {
  const tally = tallySentence(run);
  if (run.intents.length === 0) return "Nothing was judged, so nothing is shown to hold.";
  if (run.outcome === "pass") return `Every belief held: ${tally}.`;
  if (run.outcome === "residue") return `Something was left behind: ${tally}.`;
  if (run.outcome === "fail") return `A belief did not hold: ${tally}.`;
  return `Not enough was seen to say: ${tally}.`;
}

/** One loud sentence for each intent that left something behind, naming it; empty when nothing is left. */
export function leftSentences(run: RunDigest): readonly string[] {
  const left = run.intents.filter(({ outcome }) => outcome === "residue");
  return left.map(({ says }) => `${says}.`);
}

const endedWords: Readonly<Record<NonNullable<RunDigest["reason"]>, string>> = {
  interrupted: "This run was interrupted.",
  stopped: "This run was stopped before its end.",
  failed: "This run is not whole.",
};

/** Loud sentences about what this run lacks; empty when it is whole. */
export function missingSentences(run: RunDigest): readonly string[] {
  const done = trialsDone(run);
  const lines: string[] = [];
  if (run.interrupted) lines.push(`${endedWords[run.reason ?? "interrupted"]} What follows is a partial result.`);
  if (run.failure !== undefined)
    lines.push(run.parts === undefined ? `It could not go on: ${run.failure}` : `Not whole: ${run.failure}.`);
  if (done < run.planned) lines.push(`${run.planned - done} of ${run.planned} planned trials were not done.`);
  for (const outcome of ["invalid", "inconclusive"] as const) {
    const names = run.intents.filter((intent) => intent.outcome === outcome).map((intent) => intent.intent);
    if (names.length > 0) lines.push(`Not judged (${outcome}): ${names.join(", ")}.`);
  }
  return lines;
}

/** How many trials ran side by side, and what the governor changed on the way. */
export function governedText({ jobs, mostAtOnce, changes }: NonNullable<RunDigest["governor"]>): string {
  const told = changes.map(({ atMs, jobs: to, because }) => `${to} from ${Math.round(atMs / 1000)} s on: ${because}`);
  return [`at most ${mostAtOnce}, ${jobs} asked for`, ...told].join("; ");
}

/** Why an intent got no more trials than it did; undefined where their number was fixed. */
export function stoppedSentence({ stopping }: Pick<IntentDigest, "stopping">): string | undefined {
  if (stopping === undefined) return undefined;
  const { trials, most, because } = stopping;
  return `${trials} of at most ${most} trials in each arm: ${because}.`;
}

function tallySentence(run: RunDigest): string {
  const counts = (["pass", "fail", "residue", "inconclusive", "invalid"] as const)
    .map((outcome) => ({ outcome, n: run.intents.filter((intent) => intent.outcome === outcome).length }))
    .filter(({ n }) => n > 0)
    .map(({ outcome, n }) => `${n} ${outcome}`);
  return `${counted(run.intents.length, "intent")}: ${counts.join(", ")}`;
}
