// Before anything is held against the healer: did we ourselves load, look and keep time as planned?

import { shareBesideText, shareText } from "../../core/text.ts";
import { streamsOf } from "../../core/streams.ts";
import type { LoadedStream } from "../../core/streams.ts";
import type { StreamFacts } from "../../records/facts/load.ts";
import { isTreated } from "../../core/arms.ts";
import type { Rule, TrialRecord } from "../../core/verdict.ts";
import type { TrialFacts } from "../../records/facts/facts.ts";
import { compileExpression } from "../../language/expression.ts";
import { lateSendTolerance, markSlackMs, noLoad } from "../../measure/cost/load-facts.ts";
import { bearableClockMs, bearableSendLagMs, bearableTimerLagMs } from "../../measure/cost/pace-bounds.ts";
import { percentile } from "../../measure/windows/percentiles.ts";
import { eventsOf } from "../../measure/windows/timeline-view.ts";
import { takenAwayAt } from "../actions.ts";
import type { Ms } from "../../core/units.ts";
import { isMisunderstood } from "../feed-gap.ts";
import { observationOf, windowsIn } from "../observation.ts";
import type { Observation } from "../observation.ts";
import { unseenWhy } from "../unseen.ts";
import { seconds } from "../wording.ts";

/** Most requests that may not be sent at all (src/internals/measurement.md, "Load"). */
const loadTolerance = 0.01;
/** Most windows that may go unseen. */
const blindTolerance = 0.1;
/** Arrivals missing in a row before the load counts as stopped: by chance once in e^20 for Poisson arrivals. */
const missingArrivals = 20;

/**
 * Never fails: what the harness got wrong makes the trial inconclusive, whatever else was found.
 *
 * Needs the load and our own pace to the end of observing, trouble no later than that; and of windows those up to the
 * end of the hold where the stack recovered in time, else those up to the time by which recovery was due. What cannot
 * be seen after the hold shortens the watch for a relapse, which says how long it was.
 */
export const harnessKeptPace: Rule = (record, facts) => {
  const observation = observationOf(record, facts);
  if (observation === undefined)
    return { outcome: "inconclusive", says: "the trial never came to a baseline", restsOn: [] };
  const troubles = measuredTroubles(record, observation);
  const doubts = [
    ...troubles.map(({ says }) => says),
    ...streamsOf(record.plan.load).flatMap((stream) => loadDoubts(record, stream, factsOf(facts, stream))),
    ...clockDoubts(record, facts),
    ...paceDoubts(record, observation),
    ...blindness(record, facts, observation),
  ];
  if (doubts.length > 0)
    return { outcome: "inconclusive", says: doubts.join("; "), restsOn: troubles.map(({ at }) => at) };
  const streams = [facts.load, ...Object.values(facts.load.streams ?? {})];
  const expected = streams.reduce((sum, stream) => sum + stream.expected, 0);
  const unsent = streams.reduce((sum, stream) => sum + stream.unsent, 0);
  const slack = markSlackMs(facts.load);
  const late = slack > 0 ? `sent up to ${Math.ceil(slack)} ms late, by which the marks are widened` : "sent in time";
  const { clockMs } = facts.load;
  const of = isOfK6(record)
    ? "by a k6, which does not say when they were due: known to"
    : "by a machine whose clock is known to";
  const clock = clockMs === undefined ? "" : `, sent ${of} ${msText(clockMs)}, by which their marks are widened`;
  const says = `${expected} requests, ${late}, ${unsent} unsent${clock}; every probe looked`;
  return { outcome: "pass", says, restsOn: [observation.baselineFrom, observation.until] };
};

/** Runs written before 2026-11-28 call the record a recorder. `script`: the end of a k6 script, or of a k6. */
const whereWhenever: ReadonlySet<string> = new Set(["record", "recorder", "script"]);

/**
 * Trouble after our way back began spoils nothing that is measured; but a record that could not be written is none,
 * whenever, and what sent the load says at its end whether it was the load that was asked for. What the target's feed
 * said and nobody understood is no lateness of ours: see feed-understood.
 */
function measuredTroubles(
  { timeline }: TrialRecord,
  { until }: Observation,
): { readonly at: number; readonly says: string }[] {
  return eventsOf(timeline, "trouble")
    .filter((event) => !isMisunderstood(event) && (event.at <= until || whereWhenever.has(event.where)))
    .map((event) => ({ at: event.at, says: `trouble in ${event.where} at ${seconds(event.at)}: ${event.reason}` }));
}

/** What became of one stream; a record of a stream that no fact is about had no requests. */
function factsOf({ load }: TrialFacts, { name }: LoadedStream): StreamFacts {
  return name === undefined ? load : (load.streams?.[name] ?? noLoad);
}

function loadDoubts({ plan }: TrialRecord, stream: LoadedStream, load: StreamFacts): string[] {
  const of = stream.name === undefined ? "" : ` of ${stream.name}`;
  if (load.expected === 0) return [`no load${of} arrived`];
  const doubts: string[] = [];
  const unsentShare = load.unsent / load.expected;
  if (unsentShare > loadTolerance)
    doubts.push(
      `${shareBesideText(unsentShare, loadTolerance)} of the requests${of} were never sent (bound: ${shareText(loadTolerance)})`,
    );
  if (load.strays !== undefined)
    doubts.push(`${load.strays} requests${of} came too late to be counted in their window`);
  // Where the source decides itself when to send, nothing was due that could be late or missing.
  if (stream.closedLoop) return doubts;
  const bearableMs = bearableSendLagMs(plan, stream);
  if (load.sendLagMs > bearableMs) {
    doubts.push(
      `${shareText(lateSendTolerance)} of the requests${of} were sent ${Math.round(load.sendLagMs)} ms late or later (bound: ${Math.round(bearableMs)} ms)`,
    );
  }
  const { hole = { from: 0, to: 0 } } = load;
  const bound = Math.max(2 * plan.steady.windowMs, (1000 * missingArrivals) / stream.ratePerSecond);
  if (hole.to - hole.from > bound)
    doubts.push(`no request${of} was due from ${seconds(hole.from)} to ${seconds(hole.to)}: the load stopped`);
  return doubts;
}

/** Of a clock that jumped nothing better is known than by how much. */
/** Another machine sends our own requests alone: where a source decides itself when to send, it is no machine. */
function isOfK6({ plan }: TrialRecord): boolean {
  return streamsOf(plan.load).some(({ closedLoop }) => closedLoop === true);
}

function clockDoubts(record: TrialRecord, { load: { clockMs } }: TrialFacts): string[] {
  const bound = bearableClockMs(record.plan);
  if (clockMs === undefined || clockMs <= bound) return [];
  const known = `is known to ${msText(clockMs)} only (bound: half a window, ${bound} ms)`;
  return [
    isOfK6(record)
      ? `when a k6's requests were due ${known}`
      : `the clock of the machine that sent the requests ${known}`,
  ];
}

function msText(ms: Ms): string {
  return `${ms < 10 ? Math.ceil(ms * 10) / 10 : Math.ceil(ms)} ms`;
}

/**
 * Windows are the unit in which anything is said; timers later than half of one for 5 % of the time blur them. Of what
 * is judged: a stall while the harness itself begins, before the baseline, blurs no window. Of fewer than 20 seconds
 * the 95th percentile is the worst.
 */
function paceDoubts({ plan, timeline }: TrialRecord, { baselineFrom }: Observation): string[] {
  const lags = eventsOf(timeline, "pace").flatMap(({ at, lagMs }) => (at <= baselineFrom ? [] : [lagMs]));
  const p95 = percentile(lags, 0.95);
  if (p95 === undefined) return ["how late the harness's own timers were was not seen"];
  const bound = bearableTimerLagMs(plan);
  return p95 > bound ? [`the harness's timers were ${Math.round(p95)} ms late (p95, bound: ${bound} ms)`] : [];
}

/**
 * Up to where the windows decide over recovery: the end of its hold, or the time by which it was due; undefined: all of
 * them do, ms.
 */
function neededUntil({ plan }: TrialRecord, { recovery, marks }: TrialFacts): Ms | undefined {
  const { t0, t6 } = marks;
  const allowed = isTreated(plan.arm) ? plan.expect.recovered : undefined;
  if (t0 === undefined || allowed === undefined) return undefined;
  const dueAt = t0.hi + allowed.withinMs;
  const inTime = recovery === "healed" && t6 !== undefined && t6.lo <= dueAt;
  return inTime ? t6.hi + plan.holdMs : dueAt + plan.steady.windowMs;
}

/**
 * Only windows that could not be judged count: a probe that is dark while another shows the damage hides nothing. And
 * only up to the moment at which healthy replicas were taken away: a stack that is scaled to zero blinds our probes,
 * and must not get off by that.
 */
function blindness(record: TrialRecord, facts: TrialFacts, { baselineFrom, since, until }: Observation): string[] {
  const { plan } = record;
  const to = takenAwayAt(record, since, until) ?? Math.min(until, neededUntil(record, facts) ?? until);
  const windows = windowsIn(facts, baselineFrom, to);
  // What our way back left undecided we have seen: there was nothing to see yet.
  const unseen = windows.filter(({ state, undecided }) => state === "unseen" && !undecided);
  if (windows.length === 0) return ["not a single window was watched"];
  if (unseen.length <= blindTolerance * windows.length) return [];
  const names = plan.steady.conditions.flatMap(({ expression }) => {
    const compiled = compileExpression(expression);
    return compiled.ok ? compiled.expression.names.filter((name) => !name.startsWith("baseline.")) : [];
  });
  const dark = [...new Set(names)].filter((name) => unseen.some((window) => window.values[name] === undefined));
  const why = unseenWhy(windows);
  return [
    `${dark.join(", ") || "the steady state"} could not be seen in ${unseen.length} of ${windows.length} windows (bound: ${shareText(blindTolerance)})${why && `: ${why}`}`,
  ];
}
