// The first sentence of a report, for every way in which a run may come out: true by its facts, or not there.

import { describe, expect, it } from "vitest";
import type { TrialFacts } from "../../../src/records/facts/facts.ts";
import type { TrialPlan } from "../../../src/records/plan.ts";
import type { Finding } from "../../../src/records/results/outcome.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { firstSentence, firstSentenceText } from "../../../src/report/first-sentence.ts";
import { renderConsoleTable } from "../../../src/report/console-table.ts";
import { renderSummary } from "../../../src/report/summary.ts";
import { visible } from "../../../src/report/text.ts";
import { outcomeOf } from "../../../src/verdict/judge-trial.ts";
import { judgeRun } from "../../../src/verdict/judge-run.ts";
import { committedSample, goodNight, restarted, wordsOf } from "../../builders/committed-samples.ts";
import { renderHtml } from "../../builders/rendered-page.ts";
import { hostile, sampleRun } from "../../builders/sample-run.ts";
import { scoredIntents, scoredTrial, times, type ScoredOutcome } from "../../builders/scored-trial.ts";

function runOf(trials: readonly TrialResult[]) {
  const intents = scoredIntents(trials);
  return { ...sampleRun().run, intents, outcome: judgeRun(intents) };
}

const says = (...trials: readonly TrialResult[]): string | undefined => firstSentence(runOf(trials))?.says;
const mark = (at: number) => ({ at, lo: at - 100, hi: at + 100 });
const after = "After process.kill on inference-2";

/** A trial with other facts and findings than the builder gives it. */
function made(
  outcome: ScoredOutcome,
  { facts, findings, plan }: { facts?: Partial<TrialFacts>; findings?: readonly Finding[]; plan?: Partial<TrialPlan> },
): TrialResult {
  const trial = scoredTrial(outcome);
  const all = [...trial.verdict.findings, ...(findings ?? [])];
  return {
    plan: { ...trial.plan, ...plan },
    facts: { ...trial.facts, ...facts },
    verdict: { outcome: outcomeOf(all), findings: all },
  };
}

function finding(rule: string, outcome: Finding["outcome"] = "fail"): Finding {
  return { rule, outcome, says: rule, restsOn: [] };
}

describe("the first sentence of a run that failed", () => {
  it("says what was done instead of what is declared, and until when users were hurt", async () => {
    const { run, pages } = await committedSample(restarted);
    const sentence =
      "After index.corruption on vector-1, the loop did restart-replica instead of restore-index, which did not " +
      "repair it; the stack and its users were well again only once we had taken the fault back. Triage: new.";
    expect(firstSentenceText(run)).toBe(sentence);
    const page = wordsOf(pages.get("index.html") ?? "").replaceAll(" .", ".");
    expect(page.indexOf(sentence)).toBeGreaterThan(0);
    expect(page.indexOf(sentence)).toBeLessThan(page.indexOf("A belief did not hold"));
    expect(renderSummary(run)).toContain("did restart-replica instead of restore-index");
    expect(renderConsoleTable(run, "r", 400)).toContain(sentence);
  });

  it("says that nothing recovered, and of users only what was seen", () => {
    const stuck = { recovery: "not-recovered" } as const;
    expect(says(scoredTrial(stuck))).toBe(`${after}, the stack did not recover while it was watched.`);
    expect(says(made(stuck, { facts: { marks: { t0: mark(0), t1: mark(500) } } }))).toBe(
      `${after}, neither the stack nor its users were well again while it was watched.`,
    );
    const ttm = { ms: 900, lo: 400, hi: 1400, formula: "t5 − t1" };
    const served = made(stuck, { facts: { marks: { t0: mark(0), t1: mark(500), t5: mark(1400) }, ttm } });
    expect(says(served)).toBe(
      `${after}, the stack did not recover while it was watched, and users were hurt for 0.9 s (0.4–1.4).`,
    );
    expect(says(scoredTrial({ recovery: "waited-out" }))).toBe(
      `${after}, the stack recovered only once we had taken the fault back.`,
    );
  });

  it("says that it was late, or broke again, and by another action", () => {
    expect(says(scoredTrial({ mttrMs: 30_000 }))).toBe(
      `${after}, the stack recovered too late, after 30.0 s (29.6–30.4), and no user was hurt long enough to count.`,
    );
    expect(says(scoredTrial({ relapsed: true }))).toBe(`${after}, the stack recovered and broke again.`);
    expect(says(scoredTrial({ acted: "restore-index" }))).toContain(
      `${after}, the loop did restore-index instead of restart-replica; the stack recovered in 5.0 s`,
    );
    expect(says(scoredTrial({ acted: null }))).toContain(
      `${after}, restart-replica, which is declared, did not do it; the stack recovered in`,
    );
  });

  it.each([
    [{ undetected: true }, "the loop did not say that anything is wrong there"],
    [{ wrongClass: true }, "the loop did not take it for what it is"],
    [{ lost: true }, "data that had been there was missing"],
    [{ collateral: true }, "a limit on what users or others feel was not kept"],
    [{ bare: ["roll-out-patch"] }, "the loop did not keep to what it had leave for; the loop began roll-out-patch"],
  ] as const)("names what %j is about, then what became of the stack", (outcome, words) => {
    expect(says(scoredTrial(outcome))).toContain(`${after}, ${words}; `);
    expect(says(scoredTrial(outcome))).toContain("the stack recovered in 5.0 s");
  });

  it.each([
    ["traced-right", "the loop did not follow it to where it comes from"],
    ["declared-truthfully", "what the loop says of it is not true, or not whole"],
    ["healed-not-waited-out", "the stack recovered in 5.0 s"],
  ])("has words for a failed %s", (rule, words) => {
    expect(says(made({}, { findings: [finding(rule)] }))).toContain(words);
  });

  it("says of an arm without the action that it recovered all the same", () => {
    expect(says(...times(1), scoredTrial({ arm: "ablation", recovery: "healed" }))).toBe(
      "In ablation-1, after process.kill on inference-2, the stack recovered, although restart-replica did nothing.",
    );
  });

  it("says of a trial with nothing to repair that nothing broke", () => {
    expect(says(...times(1), scoredTrial({ arm: "look-alike", started: ["restart-replica"] }))).toBe(
      "In look-alike-1, the loop acted or called a person where it should have held its fire.",
    );
  });

  it("names the intent and the trial where there are several", () => {
    expect(says(...times(2), scoredTrial({ intent: "b/slow", recovery: "not-recovered" }))).toContain(
      "In b/slow treatment-1, after process.kill",
    );
    const second = scoredTrial({ index: 2, recovery: "not-recovered" });
    expect(says(scoredTrial(), second)).toContain("In treatment-2, after process.kill");
  });

  it("says that something was left behind, and nothing else beside it", () => {
    expect(says(scoredTrial({ residue: true, recovery: "not-recovered" }))).toBe(
      `${after}, something was left behind, which outweighs all else that was seen.`,
    );
  });

  it("claims no fault that was never in effect, and no silence that was not heard", () => {
    const plan = { targetFacts: { ...scoredTrial().plan.targetFacts, hasFeed: true } };
    const silent = made({ recovery: "not-recovered" }, { plan, facts: { marks: {} } });
    expect(says(silent)).toBe("The stack did not recover while it was watched.");
    const incidents = { heard: true, incidents: [], more: 0 };
    expect(says(made({ recovery: "not-recovered" }, { plan, facts: { incidents } }))).toContain("began no action");
  });

  it("is not there where a rule that there is no longer failed, and facts tell nothing", () => {
    const old = made({ recovery: "unseen" }, { findings: [finding("of-old")] });
    const verdict = { outcome: "fail", findings: [finding("of-old")] } as const;
    expect(firstSentence({ ...runOf([{ ...old, verdict }]), outcome: "fail" })).toBeUndefined();
  });

  it("is harmless whatever the plan is called, and one line", async () => {
    const [fault] = scoredTrial().plan.disturbances;
    if (fault === undefined) throw new Error("there is no fault");
    const site = { service: hostile, replica: hostile };
    const run = runOf([made({ recovery: "not-recovered" }, { plan: { disturbances: [{ ...fault, site }] } })]);
    expect(await renderHtml(run, [])).not.toContain("<script>alert");
    expect(renderConsoleTable(run, "r", 100)).not.toContain("\u001b");
    expect(visible(firstSentenceText(run) ?? "")).not.toContain("\n");
  });
});

describe("the first sentence of a run that did not fail", () => {
  it("says what a pass came to, where one intent has one story", async () => {
    const { run } = await committedSample(goodNight);
    expect(firstSentenceText(run)).toBe(
      "After process.kill on inference-1, the loop did restart-replica; the stack recovered in 0.6 s (0.4–0.9), and " +
        "no user was hurt long enough to count.",
    );
    expect(says(...times(3))).toBe(
      "After process.kill, the loop did restart-replica, and the stack recovered, in all of 3 trials.",
    );
    expect(says(...times(1), scoredTrial({ intent: "b/other" }))).toBeUndefined();
  });

  it.each([
    ["environment-calm", "inconclusive", "the machine starved the stack"],
    ["harness-kept-pace", "inconclusive", "the harness fell behind"],
    ["facts-agree", "inconclusive", "our ways of computing its facts disagree"],
    ["not-aborted", "inconclusive", "the intent's own guard ended it"],
    ["steady-before", "fail", "the stack was not well before it"],
    ["effect-confirmed", "fail", "it tests nothing"],
    ["effect-confirmed", "inconclusive", "it could not be told whether it tests anything"],
    ["nothing-lost", "inconclusive", "what was seen does not tell"],
  ] as const)("says why nothing counts after %s: %s", (rule, outcome, why) => {
    const trial = made({}, { findings: [finding(rule, outcome)] });
    expect(says(trial)).toBe(`The trial with process.kill does not count: ${why}.`);
  });

  it("is not there where no trial was done, or nothing was judged", () => {
    expect(firstSentence({ ...sampleRun().run, intents: [], outcome: "inconclusive" })).toBeUndefined();
    const nothing = { ...scoredTrial(), verdict: { outcome: "inconclusive", findings: [] } } as const;
    expect(firstSentence({ ...runOf([nothing]), outcome: "inconclusive" })).toBeUndefined();
  });
});
