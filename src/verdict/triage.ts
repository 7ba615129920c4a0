// Where everything belongs that did not pass: the machine, ourselves, what is known, chance, or the stack become worse.
// By rule, from the run's results and the history's rows alone.

import type { IntentDigest, RunDigest, TrialDigest } from "../core/digest.ts";
import { planDigest } from "../core/plan-digest.ts";
import { counted } from "../core/text.ts";
import { fisherFewer } from "../measure/statistics/fisher.ts";
import { pText } from "../measure/statistics/p-text.ts";
import type { HistoryRow } from "../records/history-row.ts";
import type { Finding, TrialOutcome } from "../records/results/outcome.ts";
import type { Triage } from "../records/results/triage.ts";
import { seriesOf } from "../core/series.ts";
import { decidingFinding } from "./judge-trial.ts";
import { isAbout, isOfStack } from "./rule-table.ts";

/** One-sided; fewer that pass than before are a regression from here on. */
const surelyFewer = 0.025;
/** So many of the newest runs with a trial of its kind are recent: a failure of before says nothing of tonight's. */
const recentRuns = 7;

type Answer = Pick<Triage, "kind" | "says">;

/**
 * One line for each trial that did not pass, and for each arm without a trial. `past`: rows of the history; those of
 * this run and of later ones are left out.
 */
export function triageRun(run: RunDigest, past: readonly HistoryRow[]): readonly Triage[] {
  const since = Date.parse(run.startedAt);
  const earlier = past.filter((row) => row.run !== run.runId && Date.parse(row.started) < since);
  const bySeries = new Map<string, HistoryRow[]>();
  for (const row of earlier) {
    const series = seriesOf(row);
    const known = bySeries.get(series);
    if (known === undefined) bySeries.set(series, [row]);
    else known.push(row);
  }
  return run.intents.flatMap((intent) => {
    const now = tonight(intent);
    const triaged = intent.trials.flatMap((trial) => {
      if (isPass(trial.verdict)) return [];
      const { arm, index: n } = trial.plan;
      const before = bySeries.get(seriesOf(namesOf(trial))) ?? [];
      const around = { run, intent, before, now: now.get(arm) ?? { passed: 0, of: 0 } };
      return [{ intent: intent.intent, arm, n, ...answerFor(trial, around) }];
    });
    return [...triaged, ...missingArms(run, intent)];
  });
}

function missingArms(run: RunDigest, { intent, arms, trials }: IntentDigest): readonly Triage[] {
  const missing = arms.filter((arm) => !trials.some(({ plan }) => plan.arm === arm));
  if (missing.length === 0) return [];
  const why = run.interrupted ? `the run was ended early (${run.reason ?? "interrupted"})` : "it was not judged";
  return [{ intent, kind: "not-run", says: `no trial in the ${missing.join(", ")} arm: ${why}` }];
}

function namesOf({ plan }: TrialDigest): Pick<HistoryRow, "target" | "settings" | "intent" | "arm"> {
  const { target, settings, intent, arm } = plan;
  return { target, ...(settings && { settings }), intent, arm };
}

interface Around {
  readonly run: RunDigest;
  readonly intent: IntentDigest;
  /** Earlier rows of the same target, settings, intent and arm. */
  readonly before: readonly HistoryRow[];
  readonly now: Tonight;
}

function answerFor(trial: TrialDigest, around: Around): Answer {
  const deciding = decidingOf(trial);
  if (deciding === undefined) return { kind: "harness", says: "nothing was judged" };
  const { rule } = deciding;
  if (isAbout(deciding, "machine")) return { kind: "environment", says: `${rule}: the machine starved the stack` };
  if (!isStacks(trial)) return { kind: "harness", says: `${rule}: ${ownWords(deciding)}` };
  const known = knownWeakness(trial, around);
  if (known?.isOver === false) return { kind: "known-weakness", says: `${rule}: known until ${known.says}` };
  const answer = byHistory(trial, around);
  const over = known === undefined ? "" : `; it was declared as known until ${known.says}`;
  return { ...answer, says: `${rule}: ${answer.says}${over}` };
}

/** As the headline of the intent has it. */
function decidingOf({ verdict }: TrialDigest): Finding | undefined {
  return decidingFinding(notPassed(verdict.findings));
}

function notPassed(findings: TrialDigest["verdict"]["findings"]): readonly Finding[] {
  return findings.flatMap((finding) => (finding.outcome !== "pass" && "says" in finding ? [finding] : []));
}

/** True where the stack or its healer brought the outcome about: only that can be known, chance or a regression. */
function isStacks(trial: TrialDigest): boolean {
  const deciding = decidingOf(trial);
  if (deciding === undefined) return false;
  if (isAbout(deciding, "guard")) return true;
  if (deciding.outcome !== "fail" || isAbout(deciding, "pace", "arithmetic", "machine")) return false;
  return !isAbout(deciding, "precondition") || isOfStack(deciding);
}

function ownWords(finding: Finding): string {
  if (isAbout(finding, "pace")) return "the harness fell behind";
  if (isAbout(finding, "arithmetic")) return "our ways of computing the facts disagree";
  if (finding.outcome === "fail") return "the trial tested nothing";
  return "too little was seen to tell";
}

interface Known {
  readonly says: string;
  readonly isOver: boolean;
}

/** What is declared of all that failed; undefined where something failed of which nothing is declared. */
function knownWeakness(trial: TrialDigest, { run, intent }: Around): Known | undefined {
  const failed = notPassed(trial.verdict.findings).filter(({ outcome }) => outcome === "fail");
  const found = failed.map(({ rule }) => intent.weaknesses?.find((one) => one.rule === rule));
  const [first] = found.flatMap((one) => one ?? []).toSorted((a, b) => (a.until < b.until ? -1 : 1));
  if (first === undefined || found.includes(undefined)) return undefined;
  const today = run.startedAt.slice(0, 10);
  return { says: `${first.until}: ${first.because}`, isOver: today > first.until };
}

function byHistory(trial: TrialDigest, { before, now }: Around): Answer {
  const digest = planDigest(trial.plan);
  const judged = before.filter(({ outcome }) => outcome === "pass" || outcome === "fail" || outcome === "residue");
  const comparable = judged.filter(({ plan }) => plan === undefined || plan === digest);
  const passed = comparable.filter(isPass);
  if (comparable.length === 0) return { kind: "new", says: withoutPast(judged) };
  const of = comparable.length;
  if (passed.length === 0) return { kind: "standing", says: `none of ${counted(of, "earlier trial")} passed, either` };
  const earlier = `passed ${passed.length} of ${of} before`;
  const broken = brokenSince(comparable);
  if (broken !== undefined && now.passed === 0) return { kind: "regression", says: `${broken}: ${earlier}` };
  const p = fisherFewer({ hits: now.passed, of: now.of }, { hits: passed.length, of });
  const worse = `${earlier} (last in ${passed.at(-1)?.run ?? ""}), ${now.passed} of ${now.of} now`;
  if (p <= surelyFewer) return { kind: "regression", says: `${worse}: fewer by Fisher's test (p ${pText(p)})` };
  const recent = recentOf(comparable);
  const evidence = flakeEvidence(trial, recent, now);
  if (evidence !== undefined) return { kind: "flake", says: evidence };
  if (!recent.every(isPass)) return { kind: "standing", says: `${worse}: it failed before, too (p ${pText(p)})` };
  const never = passed.length < of ? `it passed in all of the last ${recentRuns} runs` : "it never failed before";
  return { kind: "regression", says: `${worse}: ${never}; too few to be sure (p ${pText(p)})` };
}

/** Says since when nothing passed; undefined where the newest run has a pass. There is a pass among the rows. */
function brokenSince(rows: readonly HistoryRow[]): string | undefined {
  const last = rows.findLast(isPass)?.run;
  const runs = [...new Set(rows.map(({ run }) => run))];
  const first = runs[runs.indexOf(last ?? "") + 1];
  return first === undefined ? undefined : `fails since ${first}, passed in ${last} before`;
}

function recentOf(rows: readonly HistoryRow[]): readonly HistoryRow[] {
  const runs = new Set([...new Set(rows.map(({ run }) => run))].slice(-recentRuns));
  return rows.filter(({ run }) => runs.has(run));
}

function isPass({ outcome }: { readonly outcome: TrialOutcome }): boolean {
  return outcome === "pass";
}

interface Tonight {
  readonly passed: number;
  readonly of: number;
}

/** By arm: trials of this run that passed, of those and the ones that the stack failed. */
function tonight({ trials }: IntentDigest): ReadonlyMap<string, Tonight> {
  const found = new Map<string, Tonight>();
  for (const trial of trials) {
    const passed = isPass(trial.verdict);
    if (!passed && !isStacks(trial)) continue;
    const so = found.get(trial.plan.arm) ?? { passed: 0, of: 0 };
    found.set(trial.plan.arm, { passed: so.passed + Number(passed), of: so.of + 1 });
  }
  return found;
}

function withoutPast(otherwise: readonly HistoryRow[]): string {
  const last = otherwise.findLast(isPass);
  if (last !== undefined) return `it is another plan than the one that passed in ${last.run}`;
  return "no earlier trial in the history to compare with";
}

/**
 * The same plan and seed came out both ways of late: a pass after a fail, no fail since; or a pass on another night
 * while others of this run passed, so that what runs now can pass. A pass on another night alone would be what a
 * regression looks like, and so would an old fail that was mended.
 */
function flakeEvidence({ plan }: TrialDigest, recent: readonly HistoryRow[], now: Tonight): string | undefined {
  const digest = planDigest(plan);
  const same = recent.filter((row) => row.plan === digest && row.seed === plan.seed);
  const failed = same.find((row) => !isPass(row));
  const newest = same.at(-1);
  if (failed !== undefined && newest !== undefined && isPass(newest)) {
    return `the same plan and seed failed in ${failed.run} and passed in ${newest.run}`;
  }
  const last = same.findLast(isPass);
  if (last === undefined || now.passed === 0) return undefined;
  return `the same plan and seed passed in ${last.run}, and ${now.passed} of ${now.of} trials passed now`;
}
