// Takes a trial's timeline event by event and keeps what follows from it: windows as soon as they are final, and of
// requests and samples only the newest stretch. So a live trial is measured without looking at all of it again, and one
// of ten hours within a small memory.

import type { TrialPlan } from "../../core/plan.ts";
import type { ReadingEvent, TimelineEvent } from "../../core/timeline.ts";
import type { Ms } from "../../core/units.ts";
import type { LoadFacts, Mark, TrialFacts, TrialRecord, WindowFact } from "../../core/verdict.ts";
import { makeLookCounter } from "./blind-samples.ts";
import { badSamples } from "../transitions/bad-samples.ts";
import type { BadSample } from "../transitions/bad-samples.ts";
import { makeCondenser } from "./condense.ts";
import { compileConditions, scopeOf } from "../windows/conditions.ts";
import { makePressureTally } from "../cost/environment.ts";
import type { PressureTally } from "../cost/environment.ts";
import { injectedMark } from "../marks/injection.ts";
import { noLoad } from "../cost/load-facts.ts";
import { makeLoadTally } from "../cost/load-tally.ts";
import type { TallyStretches } from "../cost/load-tally.ts";
import { makeRawTail } from "../windows/raw-tail.ts";
import { makeSettledCounts } from "../windows/settled-counts.ts";
import type { Settled } from "../windows/settled-counts.ts";
import { stateReadings } from "../windows/state-values.ts";
import { between, observedUntil, periodsOf } from "../windows/timeline-view.ts";
import type { Periods } from "../windows/timeline-view.ts";
import { isEdge, keyOf, transitionsAt } from "../transitions/find-transitions.ts";
import { samplesWanted, transitionMark } from "../transitions/transitions.ts";
import type { TransitionSource } from "../transitions/transitions.ts";
import { userValues } from "../windows/user-values.ts";
import { baselineValues, judgeWindow } from "../windows/windows.ts";
import type { JudgedWindow, Windows } from "../windows/windows.ts";

export interface TrialFold {
  /** Takes the next event, in the order of writing: up to two seconds out of order in time. */
  readonly take: (event: TimelineEvent) => void;
  /** What is known now; the timeline may go on growing. */
  seen(): TrialView;
}

/** What was seen of a trial up to now. */
export interface TrialView {
  readonly plan: TrialPlan;
  /** Everything that rules read: see condense.ts. */
  readonly timeline: readonly TimelineEvent[];
  readonly periods: Periods | undefined;
  readonly windows: Windows;
  readonly load: LoadFacts;
  /** Of any stretches of the trial: whether others had the processors. */
  readonly environmentIn: PressureTally["facts"];
  readonly lookWords: Pick<TrialFacts, "blindSamples" | "sampleNotes">;
  /** The newest instant that was seen, ms since the trial's epoch: so long did the trial take. */
  readonly tookMs: Ms;
  /** The newest sample of each state probe. */
  readonly newest: ReadonlyMap<string, ReadingEvent>;
  /**
   * Requests that settled in [from, to), ms; undefined for instants that no mark lies at, in a stretch that was let go.
   */
  readonly settledIn: (stretch: { readonly from: Ms; readonly to: Ms }) => Settled | undefined;
}

/** Events of other processes are written this much out of order, at most, ms. */
const disorderMs: Ms = 2000;
/** What is final is looked for this often in the trial's time, ms, and no more than once a window. */
const settleEveryMs: Ms = 5000;

/** Everything of a whole record at once. */
export function trialViewOf({ plan, timeline }: TrialRecord): TrialView {
  const fold = foldTrial(plan);
  for (const event of timeline.toSorted((a, b) => a.at - b.at)) fold.take(event);
  return fold.seen();
}

/** A fold that has taken nothing yet. */
export function foldTrial(plan: TrialPlan): TrialFold {
  const { load, steady, targetFacts } = plan;
  const { windowMs } = steady;
  const conditions = compileConditions(steady.conditions);
  const condenser = makeCondenser(targetFacts.dataProbes);
  const milestones: TimelineEvent[] = [];
  const tail = makeRawTail(load.slowOverMs);
  const tally = makeLoadTally();
  const counts = makeSettledCounts();
  const pressure = makePressureTally();
  const blind = makeLookCounter();
  // Final windows, and of each the start of the earliest sample that it rests on.
  const windows: WindowFact[] = [];
  const since: Ms[] = [];
  const samples = new Map<number, BadSample>();
  const changed = new Map<string, Mark | undefined>();
  const reach = reachOf(plan);
  const slowestMs = Math.max(0, ...targetFacts.stateProbes.map(({ everyMs }) => everyMs));
  let baseline: Readonly<Record<string, number>> | undefined;
  let finalTransitions = 0;
  let now: Ms = 0;
  let lookedAt: Ms = 0;

  const judging = (known: Readonly<Record<string, number>>) => ({
    users: userValues(tail.requests()),
    state: stateReadings(plan, tail.readings()),
    conditions,
    baseline: known,
  });
  const baselineOf = ({ baselineFrom, baselineTo }: Periods): Readonly<Record<string, number>> =>
    baselineValues(judging({}), { from: baselineFrom, to: baselineTo, windowMs });

  /** Windows from number `from` up to the last that ends by `limit`. */
  const judgeUpTo = (
    periods: Periods,
    from: number,
    known: Readonly<Record<string, number>>,
    limit: Ms,
  ): JudgedWindow[] => {
    const total = Math.floor((limit - periods.baselineFrom) / windowMs + 1e-9);
    if (total <= from) return [];
    const by = judging(known);
    return Array.from({ length: total - from }, (_, index) => {
      const begin = periods.baselineFrom + (from + index) * windowMs;
      return judgeWindow(by, { from: begin, to: begin + windowMs });
    });
  };
  const badSamplesFrom = (all: readonly WindowFact[], known: Readonly<Record<string, number>>, first: number) =>
    badSamples(tail.readings(), all, { conditions, scope: (values) => scopeOf(values, known), first });
  const sourceOf = (all: readonly WindowFact[], known: Readonly<Record<string, number>>): TransitionSource => ({
    windows: all,
    conditions,
    baseline: known,
    slowOverMs: load.slowOverMs,
    reach,
    requests: (from, to) => between(tail.requests(), ({ at }) => at, { from, to }),
    readings: (from, to) => between(tail.readings(), ({ at }) => at, { from, to }),
  });

  function settle(): void {
    const periods = periodsOf(milestones, now);
    if (periods === undefined || !milestones.some(isAfterBaseline)) return;
    const settledUntil = now - load.timeoutMs - disorderMs;
    if (settledUntil < periods.baselineTo) return;
    baseline ??= baselineOf(periods);
    // Until the injection is over nobody knows from when on the disturbance counts.
    const limit = isInjecting(milestones) ? periods.baselineTo : Math.min(settledUntil, periods.end);
    const first = windows.length;
    for (const { fact, since: restsOn } of judgeUpTo(periods, first, baseline, limit)) {
      windows.push(fact);
      since.push(restsOn);
    }
    if (windows.length === first) return;
    for (const sample of badSamplesFrom(windows, baseline, first)) samples.set(sample.window, sample);
    placeTransitions(baseline);
    letGo(periods);
  }

  /** Transitions whose surroundings are final are placed once, since the samples that place them will be let go. */
  function placeTransitions(known: Readonly<Record<string, number>>): void {
    const source = sourceOf(windows, known);
    const last = windows.length - reach - 1;
    for (let index = finalTransitions; index < last; index += 1) {
      for (const transition of transitionsAt(windows, samples, index)) {
        const mark = transitionMark(source, transition);
        changed.set(keyOf(transition), mark);
        if (mark !== undefined) counts.note(mark.at, tail.requests());
      }
      if (!isEdge(windows, samples, index)) continue;
      for (const at of [windows[index]?.from, samples.get(index)?.at]) {
        if (at !== undefined) counts.note(at, tail.requests());
      }
    }
    finalTransitions = Math.max(finalTransitions, last);
  }

  function letGo(periods: Periods): void {
    const oldest = windows[finalTransitions - reach - 2];
    if (oldest === undefined) return;
    const before = oldest.from - load.slowOverMs - 2 * slowestMs;
    const stretches = stretchesOf(periods);
    for (const at of [stretches.since, stretches.until]) if (at <= before) counts.note(at, tail.requests());
    const dropped = tail.dropBefore(before);
    counts.drop(dropped, before);
    for (const request of dropped) tally.add(request, stretches);
    tally.passed(before - load.slowOverMs, stretches);
  }

  function stretchesOf(periods: Periods): TallyStretches {
    const { baselineFrom, baselineTo, end } = periods;
    const injected = injectedMark(milestones)?.lo ?? baselineTo;
    return { baselineFrom, baselineTo, since: injected, until: observedUntil(periods), end };
  }

  function loadNow(periods: Periods | undefined): LoadFacts {
    if (periods === undefined) return noLoad;
    const all = tally.copy();
    const stretches = stretchesOf(periods);
    for (const request of tail.requests()) all.add(request, stretches);
    const strays = tail.strays();
    return { ...all.facts(stretches, load.slowOverMs), ...(strays > 0 && { strays }) };
  }

  function windowsNow(periods: Periods | undefined): Windows {
    if (periods === undefined)
      return { windows: [], since: [], badSamples: [], baseline: {}, transition: () => undefined };
    const known = baseline ?? baselineOf(periods);
    const newer = judgeUpTo(periods, windows.length, known, periods.end);
    const all = [...windows, ...newer.map(({ fact }) => fact)];
    const source = sourceOf(all, known);
    const placed = finalTransitions;
    return {
      windows: all,
      since: [...since, ...newer.map((window) => window.since)],
      badSamples: [...samples.values(), ...badSamplesFrom(all, known, windows.length)],
      baseline: known,
      transition: (transition) =>
        transition.index < placed ? changed.get(keyOf(transition)) : transitionMark(source, transition),
    };
  }

  return {
    take(event) {
      condenser.take(event);
      pressure.take(event);
      blind.take(event);
      if (event.kind === "request" || event.kind === "late" || event.kind === "reading") tail.take(event);
      else if (event.kind === "phase" || event.kind === "fault" || event.kind === "load-change") milestones.push(event);
      // A load change is ordered ahead and carries a later instant.
      if (event.kind === "load-change") return;
      now = Math.max(now, event.at);
      if (now - lookedAt < Math.max(settleEveryMs, windowMs)) return;
      lookedAt = now;
      settle();
    },
    seen() {
      const periods = periodsOf(milestones, now);
      return {
        plan,
        timeline: condenser.timeline(),
        periods,
        windows: windowsNow(periods),
        load: loadNow(periods),
        environmentIn: (stretches) => pressure.facts(stretches),
        lookWords: blind.facts(),
        tookMs: now,
        newest: tail.newest(),
        settledIn({ from, to }) {
          const requests = tail.requests();
          const [begin, end] = [counts.before(from, requests), counts.before(Math.max(from, to), requests)];
          if (begin === undefined || end === undefined) return undefined;
          return { expected: end.expected - begin.expected, bad: end.bad - begin.bad };
        },
      };
    },
  };
}

/**
 * Windows on either side of a transition that hold enough samples to place it, at most those of ten seconds and at
 * least two.
 */
function reachOf({ load, steady }: TrialPlan): number {
  const wantedMs = Math.min(10_000, (1000 * samplesWanted) / load.ratePerSecond);
  return Math.max(2, Math.ceil(wantedMs / steady.windowMs));
}

function isAfterBaseline(event: TimelineEvent): boolean {
  return event.kind === "phase" && !["boot", "warmup", "baseline"].includes(event.phase);
}

function isInjecting(milestones: readonly TimelineEvent[]): boolean {
  const last = milestones.findLast((event) => event.kind === "phase");
  return last?.kind === "phase" && last.phase === "inject";
}
