// Whatever else happened: data that was there before must be there afterwards.

import type { ReadingEvent } from "../../core/timeline.ts";
import type { Outcome, Rule, TrialRecord } from "../../core/verdict.ts";
import { eventsOf } from "../../measure/timeline-view.ts";
import { observationOf } from "../observation.ts";
import { figure, seconds } from "../wording.ts";

interface Part {
  readonly outcome: Outcome;
  readonly says: string;
  readonly restsOn: readonly number[];
}

/**
 * The last count of every data probe before the injection against the last before our revert, and against the last of all: our
 * revert may hide a loss, or make one. A probe that saw nothing at the end leaves the question open.
 */
export const nothingLost: Rule = (record, facts) => {
  const observation = observationOf(record, facts);
  const probes = record.plan.targetFacts.dataProbes;
  if (probes.length === 0 || observation === undefined) return null;
  const parts = probes.map((probe) => compare(record, probe, observation));
  const worst = parts.find((part) => part.outcome === "fail") ?? parts.find((part) => part.outcome === "inconclusive");
  if (worst !== undefined) return worst;
  const says = parts.map((part) => part.says).join("; ");
  return { outcome: "pass", says, restsOn: parts.flatMap((part) => part.restsOn) };
};

function compare(record: TrialRecord, probe: string, { since, until }: { since: number; until: number }): Part {
  const readings = eventsOf(record.timeline, "reading").filter((event) => event.probe === probe);
  const before = readings.findLast((event) => event.at <= since && event.reading.ok);
  const after = readings.filter((event) => event.from > since);
  const ends = [after.findLast((event) => event.at <= until), after.at(-1)];
  const seen = ends.flatMap((event) => counted(event));
  const was = counted(before)[0];
  if (was === undefined)
    return { outcome: "inconclusive", says: `${probe} was not seen before the injection`, restsOn: [] };
  const least = [...seen].sort((a, b) => a.value - b.value)[0];
  if (least === undefined) {
    const reason = ends[0]?.reading.ok === false ? ` (${ends[0].reading.reason})` : "";
    return {
      outcome: "inconclusive",
      says: `${probe} was ${figure(was.value)} and was not seen at the end${reason}`,
      restsOn: [was.at],
    };
  }
  if (least.value >= was.value && ends[0]?.reading.ok !== true) {
    const says = `${probe} was ${figure(was.value)} before and was not seen at the end, before our revert`;
    return { outcome: "inconclusive", says, restsOn: [was.at] };
  }
  const says = `${probe} was ${figure(was.value)} before and ${figure(least.value)} at ${seconds(least.at)} (bound: not less)`;
  return { outcome: least.value < was.value ? "fail" : "pass", says, restsOn: [was.at, least.at] };
}

function counted(event: ReadingEvent | undefined): { readonly value: number; readonly at: number }[] {
  return event?.reading.ok === true ? [{ value: event.reading.value, at: event.at }] : [];
}
