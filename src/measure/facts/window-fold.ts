// Judges a trial's windows as soon as they are final, and places transitions while the samples around them are there.

import type { TrialPlan } from "../../records/plan.ts";
import { greatestSlowOverMs, leastRate } from "../../core/streams.ts";
import type { Ms } from "../../core/units.ts";
import type { WindowFact } from "../../records/facts/windows.ts";
import type { Mark } from "../../records/interval.ts";
import { badSamples } from "../transitions/bad-samples.ts";
import type { BadSample } from "../transitions/bad-samples.ts";
import { isEdge, keyOf, transitionsAt } from "../transitions/find-transitions.ts";
import { samplesWanted, transitionMark } from "../transitions/transitions.ts";
import type { TransitionSource } from "../transitions/transitions.ts";
import { compileConditions, scopeOf } from "../windows/conditions.ts";
import { noteAt, tailNamed } from "../windows/stream-tails.ts";
import type { StreamRequests, StreamTail, StreamTails } from "../windows/stream-tails.ts";
import { stateReadings } from "../windows/state-values.ts";
import { between } from "../windows/timeline-view.ts";
import type { Periods } from "../windows/timeline-view.ts";
import { userValues, valuesOfStreams } from "../windows/user-values.ts";
import { baselineValues, judgeWindow } from "../windows/windows.ts";
import type { JudgedWindow, Windows } from "../windows/windows.ts";

export interface WindowFold {
  /**
   * Takes the windows up to `limit`, ms, as final. Returns the instant before which no raw sample is needed any more,
   * ms; undefined when all of them still are.
   */
  settle(periods: Periods, limit: Ms): Ms | undefined;
  /** All windows as they are now, the final ones first. */
  now(periods: Periods | undefined): Windows;
}

type Values = Readonly<Record<string, number>>;

/** What is final, and stays when raw samples are let go. */
interface Final {
  baseline: Values | undefined;
  readonly windows: WindowFact[];
  /** Of each window the start of the earliest sample that it rests on, ms. */
  readonly since: Ms[];
  readonly samples: Map<number, BadSample>;
  readonly changed: Map<string, Mark | undefined>;
  /** Transitions in windows before this one are placed. */
  placed: number;
}

/** A fold over the samples of all streams. Instants that will be asked for later are noted in their counts. */
export function makeWindowFold(plan: TrialPlan, tails: StreamTails): WindowFold {
  const judge = judgeOf(plan, tails);
  const reach = reachOf(plan);
  const slowestMs = Math.max(0, ...plan.targetFacts.stateProbes.map(({ everyMs }) => everyMs));
  const final: Final = {
    baseline: undefined,
    windows: [],
    since: [],
    samples: new Map(),
    changed: new Map(),
    placed: 0,
  };
  return {
    settle(periods, limit) {
      const known = (final.baseline ??= judge.baselineOf(periods));
      const first = final.windows.length;
      for (const { fact, since } of judge.upTo(periods, { first, known, limit })) {
        final.windows.push(fact);
        final.since.push(since);
      }
      if (final.windows.length === first) return undefined;
      for (const sample of judge.badSamples(final.windows, known, first)) final.samples.set(sample.window, sample);
      placeTransitions(final, judge.source(final.windows, known), (at) => noteAt(tails, at));
      const oldest = final.windows[final.placed - reach - 2];
      return oldest && oldest.from - greatestSlowOverMs(plan.load) - 2 * slowestMs;
    },
    now: (periods) => (periods === undefined ? noWindows : windowsNow(final, judge, periods)),
  };
}

const noWindows: Windows = { windows: [], since: [], badSamples: [], baseline: {}, transition: () => undefined };

function windowsNow(final: Final, judge: Judge, periods: Periods): Windows {
  const known = final.baseline ?? judge.baselineOf(periods);
  const first = final.windows.length;
  const newer = judge.upTo(periods, { first, known, limit: periods.end });
  const windows = [...final.windows, ...newer.map(({ fact }) => fact)];
  const source = judge.source(windows, known);
  const { placed } = final;
  return {
    windows,
    since: [...final.since, ...newer.map(({ since }) => since)],
    badSamples: [...final.samples.values(), ...judge.badSamples(windows, known, first)],
    baseline: known,
    transition: (transition) =>
      transition.index < placed ? final.changed.get(keyOf(transition)) : transitionMark(source, transition),
  };
}

/** Transitions whose surroundings are final are placed once, since the samples that place them will be let go. */
function placeTransitions(final: Final, source: TransitionSource, note: (at: Ms) => void): void {
  const { windows, samples, changed } = final;
  const last = windows.length - source.reach - 1;
  for (let index = final.placed; index < last; index += 1) {
    for (const transition of transitionsAt(windows, samples, index)) {
      const mark = transitionMark(source, transition);
      changed.set(keyOf(transition), mark);
      if (mark !== undefined) note(mark.at);
    }
    if (!isEdge(windows, samples, index)) continue;
    for (const at of [windows[index]?.from, samples.get(index)?.at]) if (at !== undefined) note(at);
  }
  final.placed = Math.max(final.placed, last);
}

type Judge = ReturnType<typeof judgeOf>;

/** Everything that is asked of the samples that are still there. */
function judgeOf(plan: TrialPlan, tails: StreamTails) {
  const { steady } = plan;
  const [{ tail }] = tails;
  const { windowMs } = steady;
  const conditions = compileConditions(steady.conditions);
  const reach = reachOf(plan);
  const judging = (known: Values) => ({
    users: valuesOfStreams(tails.map((own) => ({ name: own.stream.name, users: userValues(own.tail.requests()) }))),
    state: stateReadings(plan, tail.readings()),
    conditions,
    baseline: known,
  });
  return {
    baselineOf: ({ baselineFrom, baselineTo }: Periods): Values =>
      baselineValues(judging({}), { from: baselineFrom, to: baselineTo, windowMs }),
    /** Windows from number `first` up to the last that ends by `limit`, ms. */
    upTo(
      { baselineFrom }: Periods,
      { first, known, limit }: { readonly first: number; readonly known: Values; readonly limit: Ms },
    ): JudgedWindow[] {
      const total = Math.floor((limit - baselineFrom) / windowMs + 1e-9);
      if (total <= first) return [];
      const by = judging(known);
      return Array.from({ length: total - first }, (_, index) => {
        const from = baselineFrom + (first + index) * windowMs;
        return judgeWindow(by, { from, to: from + windowMs });
      });
    },
    badSamples: (windows: readonly WindowFact[], known: Values, first: number): readonly BadSample[] =>
      badSamples(tail.readings(), windows, { conditions, scope: (values) => scopeOf(values, known), first }),
    source: (windows: readonly WindowFact[], known: Values): TransitionSource => ({
      windows,
      conditions,
      baseline: known,
      reach,
      stream: (name) => requestsOf(tailNamed(tails, name)),
      readings: (from, to) => between(tail.readings(), ({ at }) => at, { from, to }),
    }),
  };
}

function requestsOf(own: StreamTail | undefined): StreamRequests | undefined {
  if (own === undefined) return undefined;
  const requests = (from: Ms, to: Ms) => between(own.tail.requests(), ({ at }) => at, { from, to });
  return { slowOverMs: own.stream.slowOverMs, requests };
}

/**
 * Windows on either side of a transition that hold enough samples to place it, at most those of ten seconds and at
 * least two.
 */
function reachOf({ load, steady }: TrialPlan): number {
  const wantedMs = Math.min(10_000, (1000 * samplesWanted) / leastRate(load));
  return Math.max(2, Math.ceil(wantedMs / steady.windowMs));
}
