// Counts what the load did, request by request: how much arrived, how late it was sent, how long users waited, where it
// stopped.

import { makeWordCounter } from "../../core/reasons.ts";
import type { WordCounter } from "../../core/reasons.ts";
import type { LoadFacts, StreamFacts } from "../../records/facts/load.ts";
import type { Ms } from "../../core/units.ts";
import { lateSendMs, lateSendTolerance } from "./load-facts.ts";
import { makeStepTally } from "./step-tally.ts";
import type { StepTally } from "./step-tally.ts";
import type { SettledRequest } from "../windows/requests.ts";
import { makeSampleSet } from "../windows/sample-set.ts";
import type { SampleSet } from "../windows/sample-set.ts";

/** The stretches that counting needs to know, ms since the trial's epoch. */
export interface TallyStretches {
  readonly baselineFrom: Ms;
  readonly baselineTo: Ms;
  /** The disturbance may have begun. */
  readonly since: Ms;
  /** End of observing: our revert began. */
  readonly until: Ms;
  /** Nothing is measured from here on. */
  readonly end: Ms;
}

export interface LoadTally {
  add(request: SettledRequest, stretches: TallyStretches): void;
  /** Takes notice of send times before `at`, ms, all of which are in by now; others wait. */
  passed(at: Ms, stretches: TallyStretches): void;
  copy(): LoadTally;
  facts(stretches: TallyStretches, slowOverMs: Ms): StreamFacts;
}

interface Tally {
  expected: number;
  answered: number;
  errors: number;
  unsent: number;
  sends: number;
  lateSends: number;
  lagMaxMs: Ms;
  lastDue: Ms | undefined;
  hole: { readonly from: Ms; readonly to: Ms };
  dues: Ms[];
  readonly lags: SampleSet;
  readonly baseline: SampleSet;
  readonly disturbed: SampleSet;
  readonly errorWords: Words;
  readonly noteWords: Words;
  readonly steps: StepTally;
}

interface Words {
  readonly baseline: WordCounter;
  readonly disturbed: WordCounter;
}

/** An empty tally. */
export function makeLoadTally(): LoadTally {
  return over({
    expected: 0,
    answered: 0,
    errors: 0,
    unsent: 0,
    sends: 0,
    lateSends: 0,
    lagMaxMs: 0,
    lastDue: undefined,
    hole: { from: 0, to: 0 },
    dues: [],
    lags: makeSampleSet(),
    baseline: makeSampleSet(),
    disturbed: makeSampleSet(),
    errorWords: noWords(),
    noteWords: noWords(),
    steps: makeStepTally(),
  });
}

function over(tally: Tally): LoadTally {
  return {
    add(request, stretches) {
      tally.dues.push(request.intended);
      count(tally, request, stretches);
    },
    passed: (at, stretches) => passDues(tally, at, stretches),
    copy: () =>
      over({
        ...tally,
        dues: [...tally.dues],
        lags: tally.lags.copy(),
        baseline: tally.baseline.copy(),
        disturbed: tally.disturbed.copy(),
        errorWords: copyOf(tally.errorWords),
        noteWords: copyOf(tally.noteWords),
        steps: tally.steps.copy(),
      }),
    facts(stretches, slowOverMs) {
      const end = stretches.until - slowOverMs;
      passDues(tally, end, stretches);
      widestOf(tally, end, stretches);
      const { expected, answered, errors, unsent, lagMaxMs, hole } = tally;
      const notesBy = countsOf(tally.noteWords);
      const noted = Object.keys(notesBy.baseline).length + Object.keys(notesBy.disturbed).length > 0;
      return {
        expected,
        answered,
        errors,
        errorsBy: countsOf(tally.errorWords),
        ...(noted && { notesBy }),
        unsent,
        lateSendShare: tally.sends === 0 ? 0 : tally.lateSends / tally.sends,
        lagMaxMs,
        sendLagMs: Math.max(0, tally.lags.percentile(1 - lateSendTolerance) ?? 0),
        hole,
        ...tally.steps.facts(),
        baselineLatency: tally.baseline.latency(),
        disturbedLatency: tally.disturbed.latency(),
      };
    },
  };
}

function count(tally: Tally, request: SettledRequest, stretches: TallyStretches): void {
  const { at, intended, sent, outcome, latencyMs, word } = request;
  const { baselineFrom, baselineTo, since, until, end } = stretches;
  if (latencyMs !== undefined && at >= baselineFrom && at < baselineTo) tally.baseline.add(latencyMs);
  if (latencyMs !== undefined && at >= since && at < until) tally.disturbed.add(latencyMs);
  if (outcome === undefined || intended < baselineFrom || intended >= end) return;
  tally.expected += 1;
  if (outcome === "answered") tally.answered += 1;
  else if (outcome === "error") tally.errors += 1;
  else tally.unsent += 1;
  if (word !== undefined && outcome !== "unsent") {
    const words = outcome === "error" ? tally.errorWords : tally.noteWords;
    (at < since ? words.baseline : words.disturbed).add(word);
  }
  tally.steps.add(request);
  if (sent === null) return;
  const lag = sent - intended;
  tally.sends += 1;
  if (lag > lateSendMs) tally.lateSends += 1;
  tally.lagMaxMs = Math.max(tally.lagMaxMs, lag);
  tally.lags.add(lag);
}

function noWords(): Words {
  return { baseline: makeWordCounter(), disturbed: makeWordCounter() };
}

function copyOf({ baseline, disturbed }: Words): Words {
  return { baseline: baseline.copy(), disturbed: disturbed.copy() };
}

function countsOf({ baseline, disturbed }: Words): NonNullable<LoadFacts["errorsBy"]> {
  return { baseline: baseline.counts(), disturbed: disturbed.counts() };
}

function passDues(tally: Tally, at: Ms, stretches: TallyStretches): void {
  const { baselineFrom, until } = stretches;
  const waiting: Ms[] = [];
  for (const due of tally.dues.sort((a, b) => a - b)) {
    if (due >= at) waiting.push(due);
    else if (due > baselineFrom && due < until) widestOf(tally, due, stretches);
  }
  tally.dues = waiting;
}

/** A stretch without a scheduled request, from the last one (or the begin of the baseline) to this. */
function widestOf(tally: Tally, to: Ms, { baselineFrom }: TallyStretches): void {
  const from = tally.lastDue ?? baselineFrom;
  if (to - from > tally.hole.to - tally.hole.from) tally.hole = { from, to };
  tally.lastDue = Math.max(from, to);
}
