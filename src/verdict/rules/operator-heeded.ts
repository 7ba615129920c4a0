// The scripted operator answered, or did not: the loop must do as it was told, and nothing that nobody gave leave for.

import { armOf } from "../../core/arms.ts";
import { operatorText } from "../../core/operator.ts";
import type { Rule, TrialRecord } from "../../core/verdict.ts";
import { actingMark } from "../../measure/marks/acting.ts";
import { eventsOf } from "../../measure/windows/timeline-view.ts";
import type { Claim } from "../../records/claim.ts";
import type { OperatorScript } from "../../records/plan.ts";
import type { ClaimEvent } from "../../records/timeline/feed.ts";
import type { OperatorEvent } from "../../records/timeline/operator.ts";
import { feedGap } from "../feed-gap.ts";
import { observationOf, type Observation } from "../observation.ts";
import { seconds } from "../wording.ts";

/** A healer that has not said by then that it heard an answer has not heard it, ms. */
const hearingMs = 2000;

/**
 * Judges every approval that was asked for while the intent scripts an operator. Fails when the healer says something
 * else than what the operator answered, says so before the operator did, never says that it heard, or changes what it
 * asked about without leave and without a claim. An answer that the target did not take, or a question that nobody came
 * to ask, is inconclusive; so is a question to an absent operator that has not expired by the end of observing.
 */
export const operatorHeeded: Rule = (record, facts) => {
  const { plan, timeline } = record;
  const observation = observationOf(record, facts);
  const script = plan.operator;
  if (script === undefined || observation === undefined || armOf(plan.arm).healer === "off") return null;
  const questions = eventsOf(timeline, "claim").filter(
    ({ at, claim }) => claim.type === "approval.requested" && at >= observation.baselineFrom && at <= observation.until,
  );
  if (questions.length === 0) return neverAsked(record);
  const judged = questions.map((question) => judge({ record, question, script, observation }));
  const worst = (["fail", "inconclusive", "pass"] as const)
    .map((outcome) => judged.find((one) => one.outcome === outcome))
    .find((one) => one !== undefined);
  const restsOn = questions.map(({ at }) => at);
  return worst === undefined ? null : { ...worst, restsOn };
};

/** Where the expected pathway needs no leave there is nothing to ask. */
function neverAsked({ plan }: TrialRecord): ReturnType<Rule> {
  const by = plan.expect.recovered?.by;
  const needsNone = by !== undefined && plan.targetFacts.traits?.[by]?.tier !== "high";
  if (armOf(plan.arm).disturbs !== "fault" || needsNone) return null;
  return { outcome: "inconclusive", says: "the operator was there, and nothing was asked", restsOn: [] };
}

interface Question {
  readonly record: TrialRecord;
  readonly question: ClaimEvent;
  readonly script: OperatorScript;
  readonly observation: Observation;
}

type Judged = { readonly outcome: "pass" | "fail" | "inconclusive"; readonly says: string };

function judge(asked: Question): Judged {
  const { record, question, script } = asked;
  const { claim, at } = question;
  const answers = eventsOf(record.timeline, "operator").filter((event) => event.question === claim.id);
  const said = eventsOf(record.timeline, "claim").find(
    (event) => event.at >= at && event.claim.type in words && isSameMatter(claim, event.claim),
  );
  const heard = script.does === "absent" ? ofAbsent(said) : ofAnswers(asked, answers, said);
  if (heard.outcome === "fail" || said?.claim.type === "approval.granted") return heard;
  return unsaidAction(asked) ?? heard;
}

const words: Readonly<Partial<Record<Claim["type"], string>>> = {
  "approval.granted": "granted",
  "approval.denied": "denied",
  "approval.expired": "expired",
};

function isSameMatter(asked: Claim, answer: Claim): boolean {
  if (asked.incident !== answer.incident) return false;
  return asked.pathway === undefined || answer.pathway === undefined || asked.pathway === answer.pathway;
}

function ofAbsent(said: ClaimEvent | undefined): Judged {
  if (said === undefined) {
    return {
      outcome: "inconclusive",
      says: "nobody answered, and the question had not expired by the end of observing",
    };
  }
  const word = words[said.claim.type] ?? "";
  if (word === "expired") return { outcome: "pass", says: `nobody answered, and it expired at ${seconds(said.at)}` };
  return { outcome: "fail", says: `the healer said ${word} at ${seconds(said.at)}, and nobody had answered` };
}

function ofAnswers(asked: Question, answers: readonly OperatorEvent[], said: ClaimEvent | undefined): Judged {
  const { script } = asked;
  const last = answers.at(-1);
  const isWhole = script.does !== "absent" && answers.length >= script.people;
  const early = said && saidEarly(said, script, isWhole ? last : undefined, last?.ok ?? false);
  if (early !== undefined) return early;
  if (last === undefined || !isWhole) {
    return { outcome: "inconclusive", says: "the trial ended before the operator had answered" };
  }
  const refused = answers.find(({ ok }) => !ok);
  if (refused !== undefined) {
    return { outcome: "inconclusive", says: `the target did not take the operator's answer: it ${refused.reason}` };
  }
  return compared(asked, last, said);
}

/** What the healer said before the operator's last answer was there. */
function saidEarly(
  { at, claim }: ClaimEvent,
  script: OperatorScript,
  last: OperatorEvent | undefined,
  isTaken: boolean,
): Judged | undefined {
  const word = words[claim.type] ?? "";
  if (word === "expired" && !isTaken) {
    return { outcome: "pass", says: `it expired at ${seconds(at)}, before the operator's answer could count` };
  }
  if (last !== undefined && at >= last.from) return undefined;
  const says = `the healer said ${word} at ${seconds(at)}, before the operator, who ${operatorText(script)}, had`;
  return { outcome: "fail", says };
}

/** The operator's answer, which the target took, beside what the healer said. */
function compared({ record, observation }: Question, last: OperatorEvent, said: ClaimEvent | undefined): Judged {
  const word = said === undefined ? "nothing" : (words[said.claim.type] ?? "");
  const answer = last.does === "approve" ? "granted" : "denied";
  if (word === answer) return { outcome: "pass", says: `${answer} by the operator at ${seconds(last.at)}, and heeded` };
  const given = `the operator's answer was ${answer} at ${seconds(last.at)}, and the healer said ${word}`;
  const gap = feedGap(record.timeline, last.from, Math.min(observation.until, last.at + hearingMs));
  if (said === undefined && (gap !== undefined || observation.until - last.at < hearingMs)) {
    return { outcome: "inconclusive", says: `${given}, but ${gap ?? "the trial ended soon after"}` };
  }
  return { outcome: "fail", says: given };
}

/** Something was done to what was asked about, nobody had given leave, and the healer does not say that it did it. */
function unsaidAction({ record, question, observation: { until } }: Question): Judged | undefined {
  const { service = "", replica } = question.claim.scope;
  if (replica === undefined) return undefined;
  const done = actingMark(record, [{ service, replica }], { since: question.at, until });
  if (done === undefined) return undefined;
  const isClaimed = eventsOf(record.timeline, "claim").some(
    ({ at, claim }) => claim.type === "action.started" && claim.scope.replica === replica && at <= done.hi + hearingMs,
  );
  if (isClaimed) return undefined;
  const says = `${replica} was changed at ${seconds(done.at)} without leave, and without a claim`;
  return { outcome: "fail", says };
}
