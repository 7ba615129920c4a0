// A trial's timeline in the Trace Event Format, which ui.perfetto.dev and chrome://tracing open: the JSON object form
// of https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU. Perfetto shows complete events
// (X) of one thread only where they do not overlap (https://perfetto.dev/docs/faq), so what may overlap is asynchronous
// (b, e).

import { trialName } from "../core/plan.ts";
import type { Json, Ms } from "../core/units.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";
import { markOrder } from "./plot-marks.ts";
import { lanesOf } from "./story-lanes.ts";
import { visible } from "./text.ts";
import { markNames } from "./words.ts";

type Args = Readonly<Record<string, Json>>;

/** One event of the format; `ts` and `dur` in µs. */
export interface TraceEvent {
  readonly name: string;
  /** X: complete; b, e: asynchronous begin and end; i: instant; C: counter; M: metadata. */
  readonly ph: "X" | "b" | "e" | "i" | "C" | "M";
  readonly ts: number;
  readonly pid: number;
  readonly tid: number;
  readonly cat?: string;
  readonly dur?: number;
  /** Of an instant: the width of its line; t: the thread, p: the process. */
  readonly s?: "t" | "p";
  /** Joins begin and end. */
  readonly id?: string;
  readonly args?: Args;
}

/** The whole file. */
export interface TraceFile {
  readonly displayTimeUnit: "ms";
  readonly otherData: Args;
  readonly traceEvents: readonly TraceEvent[];
}

/** The name of the file in the trial's folder. */
export const traceFileName = "trial.trace.json";

/** One trial is one process. */
const pid = 1;
/** Its rows, from the top. */
const rows = ["phases", "marks", "steady state", "faults", "claims", "actions", "users", "probes"] as const;
type RowName = (typeof rows)[number];

function at(row: RowName, ms: Ms): Pick<TraceEvent, "ts" | "pid" | "tid"> {
  return { ts: micros(ms), pid, tid: rows.indexOf(row) + 1 };
}

function micros(ms: Ms): number {
  return Math.round(ms * 1000);
}

/** A trial as a trace; instants count from the trial's epoch. */
export function traceFile(trial: TrialResult, timeline: readonly TimelineEvent[]): TraceFile {
  const { plan, verdict } = trial;
  // Folded: a long trial has more events than a call takes arguments.
  const end = timeline.reduce((latest, event) => Math.max(latest, event.at), trial.facts.windows.at(-1)?.to ?? 0);
  return {
    displayTimeUnit: "ms",
    otherData: {
      run: visible(plan.runId),
      intent: visible(plan.intent),
      arm: plan.arm,
      index: plan.index,
      seed: plan.seed,
      outcome: verdict.outcome,
    },
    traceEvents: [
      ...namesOf(trial),
      ...phaseEvents(timeline, end),
      ...markEvents(trial),
      ...windowEvents(trial),
      ...laneEvents(trial, timeline, end),
      ...requestEvents(timeline),
      ...readingEvents(timeline),
    ],
  };
}

function namesOf({ plan }: TrialResult): readonly TraceEvent[] {
  const named = (name: string, row: RowName, args: Args): TraceEvent => ({ name, ph: "M", ...at(row, 0), args });
  return [
    named("process_name", "phases", { name: visible(trialName(plan)) }),
    ...rows.map((row) => named("thread_name", row, { name: row })),
    ...rows.map((row, index) => named("thread_sort_index", row, { sort_index: index })),
  ];
}

/** Each phase lasts until the next one begins. */
function phaseEvents(timeline: readonly TimelineEvent[], end: Ms): readonly TraceEvent[] {
  const phases = timeline.flatMap((event) => (event.kind === "phase" ? [event] : []));
  return phases.map(({ at: from, phase }, index) => {
    const until = phases[index + 1]?.at ?? Math.max(from, end);
    return lasting(phase, "phases", { from, to: until });
  });
}

function lasting(name: string, row: RowName, { from, to }: { readonly from: Ms; readonly to: Ms }): TraceEvent {
  const start = at(row, from);
  return { name, cat: row, ph: "X", ...start, dur: micros(to) - start.ts };
}

function markEvents({ facts }: TrialResult): readonly TraceEvent[] {
  return markOrder.flatMap((name): readonly TraceEvent[] => {
    const mark = facts.marks[name];
    if (mark === undefined) return [];
    const args = { notBeforeMs: mark.lo, notAfterMs: mark.hi };
    return [{ name: `${name} ${markNames[name]}`, cat: "marks", ph: "i", s: "p", ...at("marks", mark.at), args }];
  });
}

/** How each window was judged, and what users met in it. */
function windowEvents({ facts }: TrialResult): readonly TraceEvent[] {
  return facts.windows.flatMap(({ from, to, users, state, broken, values }): readonly TraceEvent[] => [
    { ...lasting(state, "steady state", { from, to }), args: { users, broken: broken.map(visible) } },
    ...Object.entries(values)
      .filter(([name]) => name.startsWith("users."))
      .map(([name, value]) => counter(name, from, value)),
  ]);
}

function counter(name: string, ms: Ms, value: number): TraceEvent {
  return { name: visible(name), cat: "probes", ph: "C", ...at("probes", ms), args: { value } };
}

/** Faults and actions from begin to end, claims and changes as instants. */
function laneEvents(trial: TrialResult, timeline: readonly TimelineEvent[], end: Ms): readonly TraceEvent[] {
  const lanes = lanesOf(trial, timeline);
  return lanes.flatMap(({ kind, entries }, lane) =>
    entries.flatMap(({ from, to, label }, index): readonly TraceEvent[] => {
      const name = visible(label);
      if (to === null) return [{ name, cat: kind, ph: "i", s: "t", ...at(kind, from) }];
      return between({ name, cat: kind }, kind, {
        from,
        to: Math.min(to, Math.max(from, end)),
        id: `${lane}.${index}`,
      });
    }),
  );
}

function between(
  what: Pick<TraceEvent, "name" | "cat" | "args">,
  row: RowName,
  { from, to, id }: { readonly from: Ms; readonly to: Ms; readonly id: string },
): readonly TraceEvent[] {
  const { name, cat = row } = what;
  return [
    { ...what, ph: "b", id, ...at(row, from) },
    { name, cat, ph: "e", id, ...at(row, to) },
  ];
}

/** From when a request was due until its outcome was final. */
function requestEvents(timeline: readonly TimelineEvent[]): readonly TraceEvent[] {
  return timeline.flatMap((event): readonly TraceEvent[] => {
    if (event.kind !== "request") return [];
    const { id, stream = "default", intended, sent, firstToken, done, outcome, error, right } = event;
    const to = Math.max(intended, done ?? event.at);
    const came = outcome === "answered" && right === false ? "wrong" : outcome;
    const args = { stream: visible(stream), id, sentMs: sent, firstTokenMs: firstToken, error: visible(error ?? "") };
    const name = `request ${came}`;
    return between({ name, cat: "users", args }, "users", { from: intended, to, id: visible(`${stream}/${id}`) });
  });
}

function readingEvents(timeline: readonly TimelineEvent[]): readonly TraceEvent[] {
  return timeline.flatMap((event): readonly TraceEvent[] =>
    event.kind === "reading" && event.reading.ok ? [counter(event.probe, event.at, event.reading.value)] : [],
  );
}
