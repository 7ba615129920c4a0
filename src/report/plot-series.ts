// Turns one trial into the series of its plot: what users met per window, and what each state probe saw.

import type { TimelineEvent } from "../records/timeline/event.ts";
import type { ReadingEvent } from "../records/timeline/reading.ts";
import { userName, userNameOf } from "../core/user-probes.ts";
import type { Ms } from "../core/units.ts";
import type { WindowFact } from "../records/facts/windows.ts";
import type { TrialResult } from "../records/results/trial-result.ts";

/** A value that held over [from, to); null: nothing was seen. */
export interface Step {
  readonly from: Ms;
  readonly to: Ms;
  readonly value: number | null;
}

export interface Series {
  /** As in expressions, e.g. `users.errors`. */
  readonly name: string;
  /** users: a share or figure per window; state: a probe's reading, until the next one or until it is overdue. */
  readonly view: "users" | "state";
  readonly steps: readonly Step[];
  /** The value of the undisturbed stack, where known. */
  readonly baseline: number | null;
  /** A condition of the steady state asks for it. */
  readonly asked: boolean;
  /** Always seen, and never moved. */
  readonly flat: boolean;
}

/** Where the x axis has its zero: the confirmed fault, else the order to inject, else the first window. */
export interface Origin {
  readonly at: Ms;
  /** Completes "seconds from …". */
  readonly what: string;
}

const USERS = "users.";
/** The users' figures worth a panel whatever the intent asks; the others get one when a condition names them. */
const ALWAYS = ["users.error_share", "users.slow_share", "users.right_share", "users.latency_p50"];

/**
 * The series of a trial: users' first, then state probes by name. State probes come from the timeline where there is
 * one, else from the windows.
 */
export function seriesOf(trial: TrialResult, timeline: readonly TimelineEvent[]): readonly Series[] {
  const { windows, baseline } = trial.facts;
  const names = [...new Set(windows.flatMap((window) => Object.keys(window.values)))].sort();
  const asked = trial.plan.steady.conditions.map((condition) => condition.expression).join(" ");
  const users = names
    .filter((name) => name.startsWith(USERS) && (isWorthAPanel(name) || asked.includes(name)))
    .sort((a, b) => rank(a) - rank(b));
  const read = readingsByProbe(timeline);
  const state = [...new Set([...names.filter((name) => !name.startsWith(USERS)), ...read.keys()])].sort();
  return [
    ...users.map((name) => ({
      name,
      view: "users" as const,
      steps: fromWindows(windows, name),
      baseline: baseline[name] ?? null,
      asked: true,
      flat: false,
    })),
    ...state.map((name) => {
      const readings = read.get(name);
      const steps = readings === undefined ? fromWindows(windows, name) : fromReadings(readings, reachOf(trial, name));
      const flat = steps.every(({ value }) => value !== null && value === steps[0]?.value);
      return {
        name,
        view: "state" as const,
        steps,
        baseline: baseline[name] ?? null,
        asked: asked.includes(name),
        flat,
      };
    }),
  ];
}

/**
 * The error budget as it was burnt, window by window: bad requests so far ÷ ((1 − slo) × all that settled while it was
 * at stake), as in `facts.burn`, whose figure it ends near: windows count whole. Undefined without a budget.
 */
export function burnSeries({ plan, facts }: Pick<TrialResult, "plan" | "facts">): Series | undefined {
  const { burn, marks, windows, recovery } = facts;
  const budget = plan.expect.budget;
  const since = (marks.t1 ?? marks.t0)?.at;
  if (burn === undefined || budget === undefined || since === undefined) return undefined;
  const until = recovery === "healed" && marks.t6 !== undefined ? marks.t6.at : Infinity;
  const [count, bad] = [userName("users.count", budget.stream), userName("users.bad_share", budget.stream)];
  if (windows.every(({ values }) => values[bad] === undefined)) return undefined;
  let sum = 0;
  const steps = windows.map(({ from, to, values }) => {
    if (to > since && from < until) sum += (values[count] ?? 0) * (values[bad] ?? 0);
    return { from, to, value: sum / ((1 - burn.slo) * burn.expected) };
  });
  return {
    name: "error budget burnt (1 is all of it)",
    view: "users",
    steps,
    baseline: null,
    asked: true,
    flat: false,
  };
}

/** Of named streams only whether they were answered, and how fast: each brings as many panels as the default stream. */
function isWorthAPanel(name: string): boolean {
  const { stream, probe } = userNameOf(name) ?? { probe: name };
  return stream === undefined ? ALWAYS.includes(probe) : ["users.error_share", "users.latency_p50"].includes(probe);
}

/** The zero of a trial's time axis. */
export function originOf(trial: Pick<TrialResult, "facts">, timeline: readonly TimelineEvent[]): Origin {
  const t0 = trial.facts.marks.t0;
  if (t0) return { at: t0.at, what: "injection (t0)" };
  const inject = timeline.find((event) => event.kind === "phase" && event.phase === "inject");
  if (inject) return { at: inject.at, what: "the order to inject" };
  return { at: trial.facts.windows[0]?.from ?? 0, what: "the first window" };
}

function rank(name: string): number {
  const place = ALWAYS.indexOf(name);
  return place < 0 ? ALWAYS.length : place;
}

function fromWindows(windows: readonly WindowFact[], name: string): readonly Step[] {
  return windows.map((window) => ({ from: window.from, to: window.to, value: window.values[name] ?? null }));
}

/** A probe speaks until two of its periods later, as in the measure room; beyond that it has not seen. */
function reachOf(trial: TrialResult, probe: string): Ms {
  const everyMs = trial.plan.targetFacts.stateProbes.find((it) => it.name === probe)?.everyMs;
  return everyMs === undefined ? trial.plan.steady.windowMs : 2 * everyMs;
}

/** In one pass: a long trial has many readings of many probes. */
function readingsByProbe(timeline: readonly TimelineEvent[]): ReadonlyMap<string, readonly ReadingEvent[]> {
  const found = new Map<string, ReadingEvent[]>();
  for (const event of timeline) {
    if (event.kind !== "reading") continue;
    const list = found.get(event.probe);
    if (list === undefined) found.set(event.probe, [event]);
    else list.push(event);
  }
  return found;
}

function fromReadings(readings: readonly ReadingEvent[], reach: Ms): readonly Step[] {
  return readings.map((event, index) => ({
    from: event.at,
    to: Math.min(event.at + reach, readings[index + 1]?.at ?? Number.POSITIVE_INFINITY),
    value: event.reading.ok ? event.reading.value : null,
  }));
}
