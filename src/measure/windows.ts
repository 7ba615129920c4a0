// Cuts the trial into steady-state windows and judges each: good, bad, or not seen.

import type { Evaluation, Scope } from "../core/expression.ts";
import type { Ms } from "../core/units.ts";
import type { Mark, TrialRecord, WindowFact } from "../core/verdict.ts";
import { brokenLooks } from "./broken-looks.ts";
import type { BrokenLook } from "./broken-looks.ts";
import { compileConditions, scopeOf } from "./conditions.ts";
import type { CompiledCondition } from "./conditions.ts";
import { settledRequests } from "./requests.ts";
import { stateReadings } from "./state-values.ts";
import type { StateReadings } from "./state-values.ts";
import { between, eventsOf, periodsOf } from "./timeline-view.ts";
import type { Periods } from "./timeline-view.ts";
import { looksWanted, turnMark } from "./turns.ts";
import type { Turn } from "./turns.ts";
import { userLook } from "./user-values.ts";
import type { UserLook } from "./user-values.ts";

/** All windows of a trial and the baseline they may be compared with. */
export interface Windows {
  readonly windows: readonly WindowFact[];
  /** Per window, ms: start of the earliest look that its judgement rests on (at or before the window's own start). */
  readonly since: readonly Ms[];
  /** Single looks that saw the state broken, in the order of the timeline. */
  readonly brokenLooks: readonly BrokenLook[];
  /** Value by probe name over the whole baseline; `users.count` per window, so that it compares with a window's. */
  readonly baseline: Readonly<Record<string, number>>;
  /** Places a turn by single looks, as sharply as they allow; undefined when they cannot tell. */
  turn(turn: Turn): Mark | undefined;
}

/**
 * Windows of `windowMs` aligned to the start of the baseline, to the end of the trial; an unfinished last one is left out.
 * A window is bad if any condition is false, else unseen if any could not be evaluated (or there is none), else good;
 * `users` says the same of the users' conditions alone.
 */
export function judgeWindows(record: TrialRecord): Windows {
  const periods = periodsOf(record.timeline);
  if (periods === undefined) return { windows: [], since: [], brokenLooks: [], baseline: {}, turn: () => undefined };
  const { load, steady } = record.plan;
  const { windowMs } = steady;
  const requests = settledRequests(record.timeline, load.slowOverMs);
  const readings = eventsOf(record.timeline, "reading");
  const users = userLook(requests);
  const state = stateReadings(record.plan, record.timeline);
  const baseline = baselineValues(users, state, { periods, windowMs });
  const conditions = compileConditions(steady.conditions);
  const windows: WindowFact[] = [];
  const since: Ms[] = [];
  for (let from = periods.baselineFrom; from + windowMs <= periods.end; from += windowMs) {
    const seen = look(users, state, { from, to: from + windowMs });
    windows.push(judge(seen, conditions, baseline));
    since.push(seen.since);
  }
  const scope = (values: WindowFact["values"]): Scope => scopeOf(values, baseline);
  const source = {
    windows,
    conditions,
    baseline,
    slowOverMs: load.slowOverMs,
    reach: reachOf(record.plan),
    requests: (from: Ms, to: Ms) => between(requests, ({ at }) => at, { from, to }),
    readings: (from: Ms, to: Ms) => between(readings, ({ at }) => at, { from, to }),
  };
  return {
    windows,
    since,
    brokenLooks: brokenLooks(record.timeline, windows, { conditions, scope }),
    baseline,
    turn: (turn) => turnMark(source, turn),
  };
}

/** Windows on either side of a turn that hold enough looks to place it, at most those of ten seconds and at least two. */
function reachOf({ load, steady }: TrialRecord["plan"]): number {
  const wantedMs = Math.min(10_000, (1000 * looksWanted) / load.ratePerSecond);
  return Math.max(2, Math.ceil(wantedMs / steady.windowMs));
}

interface Seen {
  readonly from: Ms;
  readonly to: Ms;
  readonly since: Ms;
  readonly values: Readonly<Record<string, number>>;
}

function look(users: UserLook, state: StateReadings, window: { from: Ms; to: Ms }): Seen {
  const values: Record<string, number> = { ...users(window) };
  let since = window.from;
  for (const probe of state.probes) {
    const reading = state.latest(probe, window);
    if (reading === undefined) continue;
    values[probe] = reading.value;
    since = Math.min(since, reading.from);
  }
  return { ...window, since, values };
}

function judge(
  seen: Seen,
  conditions: readonly CompiledCondition[],
  baseline: Readonly<Record<string, number>>,
): WindowFact {
  const scope = scopeOf(seen.values, baseline);
  const answers = conditions.map((condition) => ({ condition, answer: condition.evaluate(scope) }));
  const both = (asked: typeof answers): Pick<WindowFact, "state" | "users"> => ({
    state: stateOf(asked.map(({ answer }) => answer)),
    users: stateOf(asked.flatMap(({ condition, answer }) => (condition.view === "users" ? [answer] : []))),
  });
  const stricter = conditions.some(({ back }) => back !== undefined);
  const back = conditions.map((condition) => ({ condition, answer: condition.evaluateBack(scope) }));
  return {
    from: seen.from,
    to: seen.to,
    ...both(answers),
    ...(stricter && { back: both(back) }),
    broken: answers.flatMap(({ condition, answer }) => (answer.ok && answer.value === false ? [condition.name] : [])),
    values: seen.values,
  };
}

function stateOf(answers: readonly Evaluation[]): WindowFact["state"] {
  if (answers.some((answer) => answer.ok && answer.value === false)) return "bad";
  return answers.length > 0 && answers.every(({ ok }) => ok) ? "good" : "unseen";
}

function baselineValues(
  users: UserLook,
  state: StateReadings,
  { periods, windowMs }: { periods: Periods; windowMs: Ms },
): Record<string, number> {
  const { baselineFrom, baselineTo } = periods;
  const values: Record<string, number> = { ...users({ from: baselineFrom, to: baselineTo }) };
  const count = values["users.count"];
  if (count !== undefined && baselineTo > baselineFrom) {
    values["users.count"] = (count * windowMs) / (baselineTo - baselineFrom);
  }
  for (const probe of state.probes) {
    const middle = state.median(probe, baselineFrom, baselineTo);
    if (middle !== undefined) values[probe] = middle;
  }
  return values;
}
