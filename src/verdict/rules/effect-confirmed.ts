// A fault that cannot be seen to have taken effect has tested nothing.

import { isControl } from "../../core/arms.ts";
import type { FaultEvent } from "../../records/timeline/fault.ts";
import type { PlannedDisturbance } from "../../records/plan.ts";
import { isLater } from "../../core/timing.ts";
import type { Rule, TrialRecord } from "../../core/verdict.ts";
import { eventsOf } from "../../measure/windows/timeline-view.ts";
import { steadyBefore } from "./steady-before.ts";
import { toldWords } from "../told-words.ts";
import { seconds } from "../wording.ts";

/**
 * Every planned disturbance must have been confirmed by the injector's own, independent look. Where nothing was tried
 * there is no effect to confirm: what kept it from being tried is said, and by steady-before if that was the baseline.
 *
 * Needs the injector's own notes alone.
 */
export const effectConfirmed: Rule = (record, facts) => {
  const { arm, disturbances } = record.plan;
  if (isControl(arm)) return null;
  if (disturbances.length === 0) {
    return {
      outcome: "inconclusive",
      says: "the plan disturbs nothing, so there was no effect to confirm",
      restsOn: [],
    };
  }
  if (!wasTried(record)) {
    // Said by steady-before, which came first.
    if (steadyBefore(record, facts)?.outcome !== "pass") return null;
    const { at, why } = whyNotTried(record);
    return {
      outcome: "inconclusive",
      says: `nothing was injected, because ${why}`,
      restsOn: at === undefined ? [] : [at],
    };
  }
  const looks = disturbances.map((disturbance, index) => lookAt(record, disturbance, index));
  const missing = looks.find((look) => !look.confirmed);
  const restsOn = looks.flatMap(({ at }) => at ?? []);
  if (missing !== undefined) return { outcome: "fail", says: missing.says, restsOn };
  return { outcome: "pass", says: looks.map(({ says }) => says).join("; "), restsOn };
};

/** True when a fault was applied or refused. */
function wasTried({ timeline }: TrialRecord): boolean {
  const steps = eventsOf(timeline, "fault").filter(({ step }) => step !== "aiming" && step !== "due");
  return steps.length > 0;
}

function whyNotTried({ timeline }: TrialRecord): { readonly at?: number; readonly why: string } {
  const [trouble] = eventsOf(timeline, "trouble");
  if (trouble !== undefined) return { at: trouble.at, why: `of trouble in ${trouble.where}: ${trouble.reason}` };
  const last = eventsOf(timeline, "phase").findLast(({ phase }) => phase !== "teardown" && phase !== "done");
  return last === undefined
    ? { why: "the trial never began" }
    : { at: last.at, why: `the trial ended in the phase ${last.phase}` };
}

interface Look {
  readonly confirmed: boolean;
  readonly says: string;
  readonly at?: number;
}

function lookAt(record: TrialRecord, disturbance: PlannedDisturbance, index: number): Look {
  const steps = eventsOf(record.timeline, "fault").filter((event) => event.disturbance === index);
  const answer = steps.findLast((event) => event.step === "confirmed" || event.step === "unconfirmed");
  const applying = steps.find(({ step }) => step === "applying");
  if (answer === undefined && applying === undefined)
    return { confirmed: false, says: `${disturbance.fault} was not injected` };
  if (answer === undefined) {
    const says = `${disturbance.fault} was applied at ${seconds(applying?.at ?? 0)} and never confirmed`;
    return { confirmed: false, says, ...(applying && { at: applying.at }) };
  }
  if (applying === undefined && answer.step === "unconfirmed" && isLater(disturbance.timing)) {
    return { confirmed: false, says: `${disturbance.fault} was not injected${detail(answer)}`, at: answer.at };
  }
  const stuck = steps.find(({ step, scheduled }) => step === "revert-failed" && scheduled === true);
  if (stuck !== undefined) {
    const says = `${disturbance.fault} was not taken back when its time was over, at ${seconds(stuck.at)}${detail(stuck)}`;
    return { confirmed: false, says, at: stuck.at };
  }
  if (applying === undefined && answer.step === "unconfirmed") {
    const says = `nothing was injected at ${seconds(answer.at)}${detail(answer)}`;
    return { confirmed: false, says, at: answer.at };
  }
  const confirmed = answer.step === "confirmed";
  const told = toldWords(answer);
  const says = `${disturbance.fault} was ${confirmed ? "" : "not "}confirmed at ${seconds(answer.at)}${detail(answer)}${told && `; ${told}`}`;
  return { confirmed, says, at: answer.at };
}

function detail(event: FaultEvent): string {
  if (event.evidence !== undefined) return ` (expected ${event.evidence.expected}; seen ${event.evidence.seen})`;
  return event.reason === undefined ? "" : ` (${event.reason})`;
}
