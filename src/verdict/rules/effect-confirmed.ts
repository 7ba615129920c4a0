// A fault that cannot be seen to have taken effect has tested nothing.

import type { FaultEvent } from "../../core/timeline.ts";
import type { PlannedDisturbance } from "../../core/plan.ts";
import type { Rule, TrialRecord } from "../../core/verdict.ts";
import { eventsOf } from "../../measure/timeline-view.ts";
import { isControl } from "../observation.ts";
import { seconds } from "../wording.ts";

/** Every planned disturbance must have been confirmed by the injector's own, independent look. */
export const effectConfirmed: Rule = (record) => {
  const { arm, disturbances } = record.plan;
  if (isControl(arm)) return null;
  if (disturbances.length === 0) {
    return {
      outcome: "inconclusive",
      says: "the plan disturbs nothing, so there was no effect to confirm",
      restsOn: [],
    };
  }
  const looks = disturbances.map((disturbance, index) => lookAt(record, disturbance, index));
  const missing = looks.find((look) => !look.confirmed);
  const restsOn = looks.flatMap(({ at }) => at ?? []);
  if (missing !== undefined) return { outcome: "fail", says: missing.says, restsOn };
  return { outcome: "pass", says: looks.map(({ says }) => says).join("; "), restsOn };
};

interface Look {
  readonly confirmed: boolean;
  readonly says: string;
  readonly at?: number;
}

function lookAt(record: TrialRecord, disturbance: PlannedDisturbance, index: number): Look {
  if (disturbance.type === "load") {
    const change = eventsOf(record.timeline, "load-change").find((event) => event.disturbance === index);
    if (change === undefined) return { confirmed: false, says: "the load was never changed" };
    return { confirmed: true, says: `load × ${change.times} from ${seconds(change.at)} on`, at: change.at };
  }
  const steps = eventsOf(record.timeline, "fault").filter((event) => event.disturbance === index);
  const answer = steps.findLast((event) => event.step === "confirmed" || event.step === "unconfirmed");
  if (answer === undefined) return { confirmed: false, says: `${disturbance.fault} was never confirmed` };
  const confirmed = answer.step === "confirmed";
  const says = `${disturbance.fault} was ${confirmed ? "" : "not "}confirmed at ${seconds(answer.at)}${detail(answer)}`;
  return { confirmed, says, at: answer.at };
}

function detail(event: FaultEvent): string {
  if (event.evidence !== undefined) return ` (expected ${event.evidence.expected}; seen ${event.evidence.seen})`;
  return event.reason === undefined ? "" : ` (${event.reason})`;
}
