// What must hold of any trial, whatever happened in it: facts agree with each other, with the raw events, and with what
// the findings say.

import { expect } from "vitest";
import type { TrialRecord } from "../../src/core/verdict.ts";
import type { TrialFacts } from "../../src/records/facts/facts.ts";
import type { Finding, TrialVerdict } from "../../src/records/results/outcome.ts";
import { contradictions } from "../../src/measure/facts/agreement.ts";
import { measureTrial } from "./measured.ts";
import { settledRequests } from "./settled-requests.ts";
import { areUnserved } from "../../src/measure/windows/served.ts";
import { faultSites, scopeContainsAny } from "../../src/measure/marks/sites.ts";
import { eventsOf, observedUntil, periodsOf } from "../../src/measure/windows/timeline-view.ts";
import { decidingFinding, judgeTrial, outcomeOf } from "../../src/verdict/judge-trial.ts";

/** Every contradiction that was found, as lines; empty when all agrees. */
function disagreements(record: TrialRecord): string[] {
  const facts = measureTrial(record);
  const verdict = judgeTrial(record, facts);
  return [
    ...contradictions(record, facts).map(({ one, other }) => `${one} / ${other}`),
    ...withEvents(record, facts),
    ...withFindings(record, facts, verdict),
  ];
}

/** Throws with the lines and the verdict. */
export function expectAgreement(record: TrialRecord, name: string): void {
  const found = disagreements(record);
  if (found.length === 0) return;
  const { findings } = judgeTrial(record, measureTrial(record));
  expect(
    found,
    `${name}\n${findings.map(({ rule, outcome, says }) => `${outcome} ${rule}: ${says}`).join("\n")}`,
  ).toEqual([]);
}

function lines(checks: readonly (readonly [boolean, string])[]): string[] {
  return checks.flatMap(([holds, says]) => (holds ? [] : [says]));
}

/** The same counted again from the raw events, by other means. */
function withEvents({ plan, timeline }: TrialRecord, facts: TrialFacts): string[] {
  const periods = periodsOf(timeline);
  if (periods === undefined) return [];
  const { marks, burn, load } = facts;
  const since = marks.t0?.lo ?? periods.baselineTo;
  const requests = eventsOf(timeline, "request").filter(
    ({ intended }) => intended >= periods.baselineFrom && intended < periods.end,
  );
  const detected = eventsOf(timeline, "claim").find(
    ({ at, claim }) => at >= since && claim.type === "detected" && scopeContainsAny(claim.scope, faultSites(plan)),
  );
  const to = facts.recovery === "healed" && marks.t6 !== undefined ? marks.t6.at : observedUntil(periods);
  const stake = settledRequests(timeline, plan.load.slowOverMs).filter(
    ({ at }) => at >= (marks.t1?.at ?? since) && at < to,
  );
  const bad = stake.filter(({ meaning }) => meaning !== "good").length;
  return lines([
    [load.expected === requests.length, `${load.expected} requests expected, ${requests.length} in the timeline`],
    [marks.t2?.at === detected?.at, `t2 at ${marks.t2?.at ?? "none"}, claimed at ${detected?.at ?? "none"}`],
    [
      burn === undefined || (burn.bad === bad && burn.expected === stake.length),
      `burn of ${burn?.bad ?? 0}/${burn?.expected ?? 0}, counted ${bad}/${stake.length}`,
    ],
    [
      (plan.expect.budget === undefined || stake.length === 0) === (burn === undefined),
      "a budget was asked and nothing burnt",
    ],
  ]);
}

/** One finding beside what it should rest on. */
interface Judged {
  readonly record: TrialRecord;
  readonly facts: TrialFacts;
  readonly verdict: TrialVerdict;
  /** What all findings say. */
  readonly all: string;
  readonly of: (rule: string) => Finding | undefined;
  readonly passed: (rule: string) => boolean;
  readonly failed: (rule: string) => boolean;
}

function withFindings(record: TrialRecord, facts: TrialFacts, verdict: TrialVerdict): string[] {
  const of = (rule: string): Finding | undefined => verdict.findings.find((finding) => finding.rule === rule);
  const judged: Judged = {
    record,
    facts,
    verdict,
    all: verdict.findings.map(({ says }) => says).join("\n"),
    of,
    passed: (rule) => of(rule)?.outcome === "pass",
    failed: (rule) => of(rule)?.outcome === "fail",
  };
  return [verdictLines, recoveryLines, detectionLines, declarationLines].flatMap((check) => check(judged));
}

/** The verdict as a whole, and whether anything broke at all. */
function verdictLines({ facts, verdict: { outcome, findings }, all, of }: Judged): string[] {
  const { recovery, burn } = facts;
  return lines([
    [!/\bbroke: |undefined|NaN|Infinity/.test(all), `a rule broke, or says nothing: ${all}`],
    [of("facts-agree") === undefined, of("facts-agree")?.says ?? ""],
    [outcome === outcomeOf(findings), "outcome"],
    [outcome !== "pass" || findings.every((finding) => finding.outcome === "pass"), "passed in spite of a finding"],
    [
      outcome === "pass" || decidingFinding(findings) !== undefined || findings.every((one) => one.outcome === "pass"),
      "no headline",
    ],
    [
      findings.every(({ restsOn, at = 0 }) => [...restsOn, at].every((instant) => Number.isFinite(instant))),
      "rests on no instant",
    ],
    [
      !/never broke/.test(all) ||
        (recovery === "not-disturbed" && (burn === undefined || !areUnserved(burn, facts.baseline))),
      `“never broke” of ${recovery} with ${burn?.bad ?? 0} of ${burn?.expected ?? 0} bad`,
    ],
    [!/never broke/.test(all) || !/traffic was shed|were put off/.test(all), "never broke, yet traffic was shed"],
  ]);
}

function recoveryLines({ record: { plan }, facts, passed, failed }: Judged): string[] {
  const { recovery, mttr, relapse } = facts;
  const within = plan.expect.recovered?.withinMs ?? 0;
  return lines([
    [
      !passed("recovered-in-time") ||
        (recovery === "healed" && (mttr?.hi ?? Infinity) <= within && relapse.at === undefined),
      "recovered in time, by its own word alone",
    ],
    [
      !failed("recovered-in-time") || recovery !== "healed" || relapse.at !== undefined || (mttr?.lo ?? 0) > within,
      "recovered late, yet in time",
    ],
    [!passed("healed-not-waited-out") || recovery === "healed", "healed, and not"],
    [!failed("healed-not-waited-out") || recovery === "waited-out", "waited out, and not"],
    [!passed("recovered-in-time") || !failed("healed-not-waited-out"), "recovered in time, and waited out"],
  ]);
}

function detectionLines({ record: { plan }, facts: { marks, pathway }, of, passed }: Judged): string[] {
  return lines([
    [
      !passed("detected-in-time") || marks.t2 !== undefined || (marks.t4 !== undefined && !plan.targetFacts.hasFeed),
      "detected by nobody",
    ],
    [
      of("detected-in-time")?.says.startsWith("not detected") !== true ||
        marks.t2 === undefined ||
        !plan.targetFacts.hasFeed,
      "detected, and not",
    ],
    [!passed("classified-right") || marks.t2 !== undefined, "classified what was not detected"],
    [
      !passed("by-declared-pathway") ||
        plan.arm !== "treatment" ||
        (pathway === plan.expect.recovered?.by && marks.t4 !== undefined),
      "declared pathway, unseen",
    ],
  ]);
}

function declarationLines({ record: { plan, timeline }, facts: { recovery }, all, of, passed }: Judged): string[] {
  const served = of("traffic-served");
  const closed = eventsOf(timeline, "claim").some(({ claim }) => claim.type === "closed");
  return lines([
    [!/declared recovered at/.test(all) || closed, "declared, and no such claim"],
    [!/false declaration/.test(all) || !/declared nothing/.test(all), "declared, and nothing"],
    [served?.outcome !== "fail" || !passed("recovered-in-time") || recovery === "healed", "shed, and recovered"],
    [
      plan.arm !== "unhealed" || !/stayed broken/.test(of("natural-recovery")?.says ?? "") || recovery !== "healed",
      "stayed broken, and recovered",
    ],
  ]);
}
