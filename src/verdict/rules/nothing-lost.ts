// Whatever else happened: data that was there before must be there afterwards.

import { namesPathways } from "../../core/arms.ts";
import type { ReadingEvent } from "../../records/timeline/reading.ts";
import { wordsText } from "../../core/reasons.ts";
import type { DocumentFacts, DocumentLoss } from "../../records/facts/documents.ts";
import type { TrialFacts } from "../../records/facts/facts.ts";
import type { Outcome } from "../../records/results/outcome.ts";
import type { Rule, TrialRecord } from "../../core/verdict.ts";
import { faultSites } from "../../measure/marks/sites.ts";
import { formatSpan } from "../../measure/marks/spans.ts";
import { eventsOf } from "../../measure/windows/timeline-view.ts";
import { observationOf } from "../observation.ts";
import { figure, seconds, stretch } from "../wording.ts";

interface Part {
  readonly outcome: Outcome;
  readonly says: string;
  readonly restsOn: readonly number[];
}

/**
 * The last count of every data probe before the injection against the last before our revert, and against the last of
 * all: our revert may hide a loss, or make one. A probe that saw nothing at the end leaves the question open. And every
 * document of our own that the target acknowledged must be found at both moments.
 */
export const nothingLost: Rule = (record, facts) => {
  const observation = observationOf(record, facts);
  const probes = record.plan.targetFacts.dataProbes;
  if (observation === undefined) return null;
  const parts = [...probes.map((probe) => compare(record, probe, observation)), ...documentParts(record, facts)];
  if (parts.length === 0) return null;
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
  if (was === undefined) {
    const last = readings.findLast((event) => event.at <= since)?.reading;
    const why = last?.ok === false ? ` (${last.reason})` : "";
    return { outcome: "inconclusive", says: `${probe} was not seen before the injection${why}`, restsOn: [] };
  }
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
    const why = ends[0]?.reading.ok === false ? ` (${ends[0].reading.reason})` : "";
    const says = `${probe} was ${figure(was.value)} before and was not seen at the end, before our revert${why}`;
    return { outcome: "inconclusive", says, restsOn: [was.at] };
  }
  const says = `${probe} was ${figure(was.value)} before and ${figure(least.value)} at ${seconds(least.at)} (bound: not less)`;
  return { outcome: least.value < was.value ? "fail" : "pass", says, restsOn: [was.at, least.at] };
}

function counted(event: ReadingEvent | undefined): { readonly value: number; readonly at: number }[] {
  return event?.reading.ok === true ? [{ value: event.reading.value, at: event.at }] : [];
}

/** So many periods without an offer, and at least this long in ms, and the writer was blind. */
const silentPeriods = 6;
const silentMs = 3000;

/** Nothing for a target that takes no documents; else what became of ours. */
function documentParts({ plan, timeline }: TrialRecord, { documents }: TrialFacts): Part[] {
  const everyMs = plan.targetFacts.documentsEveryMs;
  if (everyMs === undefined) return [];
  if (documents === undefined || documents.written === 0) {
    const why = documents?.refusedBy === undefined ? "" : `: ${wordsText(documents.refusedBy, 3)}`;
    const offered = documents === undefined ? "" : ` of ${documents.refused} offered`;
    return [{ outcome: "inconclusive", says: `no document of ours${offered} was acknowledged${why}`, restsOn: [] }];
  }
  const hasFault = faultSites(plan).length > 0;
  const reverted = hasFault && eventsOf(timeline, "fault").some(({ step }) => step === "reverting");
  // What the ablated action would have brought back is no loss yet: there only the look after our way back counts.
  const atEnd = namesPathways(plan.arm) ? [] : [lookPart(documents, documents.atEnd, "before our revert")];
  const after = reverted ? [lookPart(documents, documents.afterRevert, "after our revert")] : [];
  if (documents.silentMs > Math.max(silentMs, silentPeriods * everyMs)) {
    const says = `no document was offered for ${seconds(documents.silentMs)}, so a loss in that time cannot be told`;
    after.push({ outcome: "inconclusive", says, restsOn: [] });
  }
  return [...atEnd, ...after];
}

function lookPart({ written }: DocumentFacts, loss: DocumentLoss | undefined, when: string): Part {
  if (loss === undefined) {
    const says = `our ${written} documents were not looked for ${when}`;
    return { outcome: "inconclusive", says, restsOn: [] };
  }
  const { gone, unseen, unseenBy, ids, window, reach } = loss;
  if (gone > 0 && ids !== undefined && window !== undefined) {
    const back = reach === undefined ? "" : `; the loss reaches ${formatSpan(reach)} back (${reach.formula})`;
    const which = ids.first === ids.last ? ids.first : `${ids.first} to ${ids.last}`;
    const span = stretch({ from: window.from.at, to: window.to.at });
    const says = `${gone} of ${written} acknowledged documents are gone ${when} (${which}, written ${span})${back}`;
    return { outcome: "fail", says, restsOn: [window.from.at, window.to.at] };
  }
  if (unseen > 0) {
    const says = `${unseen} of ${written} acknowledged documents were not seen ${when}${unseenBy ? `: ${wordsText(unseenBy, 3)}` : ""}`;
    return { outcome: "inconclusive", says, restsOn: [] };
  }
  return { outcome: "pass", says: `all ${written} acknowledged documents are found ${when}`, restsOn: [] };
}
