// What the target says of itself is used only after it proved itself: a request of ours had to show in it.

import { counted, listed } from "../../core/text.ts";
import type { Rule, TrialRecord } from "../../core/verdict.ts";
import { eventsOf } from "../../measure/windows/timeline-view.ts";
import { slowestSignal } from "../../measure/windows/signals.ts";
import { seconds } from "../wording.ts";

/**
 * Fails, so that the trial is invalid, when a preset did not prove itself, or gave a number during the trial that
 * cannot be what it is taken for. Does not apply where no probe is a preset, nor where the trial ended before the
 * proof.
 *
 * Needs the proofs and the readings alone.
 */
export const signalsProven: Rule = (record) => {
  const { timeline, plan } = record;
  const wanted = plan.targetFacts.stateProbes.filter(({ signal }) => signal !== undefined);
  const proofs = eventsOf(timeline, "proof");
  if (wanted.length === 0 || proofs.length === 0) return null;
  const [first] = proofs.flatMap((proof) => (proof.result.ok ? [] : [{ ...proof, result: proof.result }]));
  if (first !== undefined) {
    const { probe, at, result } = first;
    return {
      outcome: "fail",
      says: `${labelOf(record, probe)} did not prove itself: ${result.says}`,
      restsOn: [at],
      at,
    };
  }
  const unfit = eventsOf(timeline, "reading").find(({ reading }) => !reading.ok && reading.unfit === true);
  if (unfit !== undefined && !unfit.reading.ok) {
    const { probe, at, reading } = unfit;
    const says = `${labelOf(record, probe)} read at ${seconds(at)} what it cannot be: ${reading.reason}`;
    return { outcome: "fail", says, restsOn: [at], at };
  }
  const proved = new Set(proofs.map(({ probe }) => probe));
  const missing = wanted.filter(({ name }) => !proved.has(name)).map(({ name }) => name);
  if (missing.length > 0) {
    return { outcome: "inconclusive", says: `${listed(missing)} did not come to a proof`, restsOn: [] };
  }
  const replicas = new Set(proofs.flatMap((proof) => proof.replicas)).size;
  const bound = slowestSignal(plan);
  const slow =
    bound === undefined ? "" : `; from ${bound.preset} nothing can be detected faster than ${bound.freshMs / 1000} s`;
  const says = `${counted(proved.size, "signal")} of the target proved ${proved.size === 1 ? "itself" : "themselves"} on ${counted(replicas, "replica")}${slow}`;
  return { outcome: "pass", says, restsOn: proofs.map(({ at }) => at) };
};

function labelOf({ plan }: TrialRecord, probe: string): string {
  const signal = plan.targetFacts.stateProbes.find(({ name }) => name === probe)?.signal;
  return signal === undefined ? probe : `${probe} (${signal.preset})`;
}
