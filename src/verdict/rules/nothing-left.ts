// A trial that leaves something behind is worse than one that fails: nobody can run it every night. Looked for, not
// taken on trust.

import { siteName } from "../../core/controls.ts";
import type { FaultEvent } from "../../records/timeline/fault.ts";
import type { Rule, TrialRecord } from "../../core/verdict.ts";
import { machineResidue, stackResidue } from "../../measure/conduct/residue.ts";
import { ownTrouble } from "../../measure/cost/own-trouble.ts";
import { eventsOf } from "../../measure/windows/timeline-view.ts";

/**
 * Fails when a survey after the trial shows what the one before did not, or a fault was not taken back; blind is
 * inconclusive. Where a tool of ours broke, what is left is named all the same, but it is our debt and not the
 * target's.
 */
export const nothingLeft: Rule = (record) => {
  const machine = pairOf(eventsOf(record.timeline, "machine-survey"));
  const stack = pairOf(eventsOf(record.timeline, "stack-survey"));
  const left = [
    ...(isPair(stack) ? stackResidue(record.plan, stack.before.survey, stack.after.survey) : []),
    ...faultsLeft(record),
    ...(isPair(machine) ? machineResidue(machine.before.survey, machine.after.survey) : []),
  ];
  const looks = [machine.before, stack.before, stack.after, machine.after].flatMap((look) => look ?? []);
  const restsOn = looks.map(({ at }) => at);
  if (left.length > 0) {
    const own = ownTrouble(record.timeline);
    const by = own === undefined ? "" : ` by a trouble of our own (${own.where})`;
    return {
      outcome: own === undefined ? "fail" : "inconclusive",
      says: `left behind${by}: ${left.join("; ")}`,
      restsOn,
    };
  }
  const unseen = [
    ...looks.flatMap(({ survey }) => survey.unseen),
    ...(isPair(machine) ? [] : ["the machine before and after the trial"]),
    ...(isPair(stack) || !wasInjected(record) ? [] : ["the stack before the injection and after the way back"]),
  ];
  if (unseen.length > 0) {
    return { outcome: "inconclusive", says: `what was left could not be looked at: ${unseen.join("; ")}`, restsOn };
  }
  const { processes = [], edges = [], files = [] } = stack.after?.survey ?? {};
  const seen = `${processes.length} processes, ${edges.length} edges and ${files.length} published files of the stack`;
  const kept = machine.after?.survey.files.length ?? 0;
  const says = `nothing is left: looked at ${seen}, then at the machine without it (processes, ports, folders, ${kept} cached files)`;
  return { outcome: "pass", says, restsOn };
};

interface Looks<T> {
  readonly before?: T;
  readonly after?: T;
}

/** The first look before and the last after; of events in order of time. */
function pairOf<T extends { readonly moment: "before" | "after" }>(looks: readonly T[]): Looks<T> {
  const before = looks.find(({ moment }) => moment === "before");
  const after = looks.findLast(({ moment }) => moment === "after");
  return { ...(before && { before }), ...(after && { after }) };
}

function isPair<T>(looks: Looks<T>): looks is Required<Looks<T>> {
  return looks.before !== undefined && looks.after !== undefined;
}

function wasInjected({ timeline }: TrialRecord): boolean {
  return eventsOf(timeline, "fault").some(({ step }) => step === "applying");
}

/**
 * Faults whose way back failed or never came, in a trial that got to its end; one that was cut off has no last survey
 * either.
 */
function faultsLeft({ plan, timeline }: TrialRecord): string[] {
  if (!eventsOf(timeline, "phase").some(({ phase }) => phase === "done")) return [];
  const steps = eventsOf(timeline, "fault");
  return plan.disturbances.flatMap((planned, index) => {
    const mine = steps.filter(({ disturbance }) => disturbance === index);
    if (planned.type !== "fault" || !mine.some(({ step }) => step === "applying")) return [];
    const last = mine.at(-1);
    if (last?.step === "reverted") return [];
    return [`${planned.fault} at ${siteName(planned.site)} was not taken back${reason(last)}`];
  });
}

function reason(event: FaultEvent | undefined): string {
  const why = event?.step === "revert-failed" ? (event.evidence?.seen ?? event.reason) : undefined;
  return why === undefined ? "" : ` (${why})`;
}
