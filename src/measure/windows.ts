// Cuts the trial into steady-state windows and judges each: good, bad, or not seen.

import { compileExpression } from "../core/expression.ts";
import type { Evaluation, Scope } from "../core/expression.ts";
import type { Condition } from "../core/intent.ts";
import { baselinePrefix } from "../core/user-probes.ts";
import type { Ms } from "../core/units.ts";
import type { TrialRecord, WindowFact } from "../core/verdict.ts";
import { brokenLooks } from "./broken-looks.ts";
import type { BrokenLook } from "./broken-looks.ts";
import { settledRequests } from "./requests.ts";
import { stateReadings } from "./state-values.ts";
import type { StateReadings } from "./state-values.ts";
import { periodsOf } from "./timeline-view.ts";
import type { Periods } from "./timeline-view.ts";
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
}

/** A condition ready to be asked; one that does not compile (lint would have said so) is never seen. */
export interface CompiledCondition extends Condition {
  /** Every name in the expression, `baseline.` included. */
  readonly names: readonly string[];
  evaluate(scope: Scope): Evaluation;
}

/** Compiles conditions once, for asking many windows. */
export function compileConditions(conditions: readonly Condition[]): CompiledCondition[] {
  return conditions.map((condition) => {
    const compiled = compileExpression(condition.expression);
    const evaluate = (scope: Scope): Evaluation =>
      compiled.ok ? compiled.expression.evaluate(scope) : { ok: false, reason: "the expression does not compile" };
    return { ...condition, names: compiled.ok ? compiled.expression.names : [], evaluate };
  });
}

/** Values by name as an expression sees them: those of one window, and the baseline's behind `baseline.`. */
export function scopeOf(values: Readonly<Record<string, number>>, baseline: Readonly<Record<string, number>>): Scope {
  return (name) => (name.startsWith(baselinePrefix) ? baseline[name.slice(baselinePrefix.length)] : values[name]);
}

/**
 * Windows of `windowMs` aligned to the start of the baseline, to the end of the trial; an unfinished last one is left out.
 * A window is bad if any condition is false, else unseen if any could not be evaluated (or there is none), else good;
 * `users` says the same of the users' conditions alone.
 */
export function judgeWindows(record: TrialRecord): Windows {
  const periods = periodsOf(record.timeline);
  if (periods === undefined) return { windows: [], since: [], brokenLooks: [], baseline: {} };
  const { windowMs } = record.plan.steady;
  const users = userLook(settledRequests(record.timeline, record.plan.load.slowOverMs));
  const state = stateReadings(record.plan, record.timeline);
  const baseline = baselineValues(users, state, { periods, windowMs });
  const conditions = compileConditions(record.plan.steady.conditions);
  const windows: WindowFact[] = [];
  const since: Ms[] = [];
  for (let from = periods.baselineFrom; from + windowMs <= periods.end; from += windowMs) {
    const seen = look(users, state, { from, to: from + windowMs });
    windows.push(judge(seen, conditions, baseline));
    since.push(seen.since);
  }
  const scope = (values: WindowFact["values"]): Scope => scopeOf(values, baseline);
  return { windows, since, brokenLooks: brokenLooks(record.timeline, windows, { conditions, scope }), baseline };
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
  const stateOf = (asked: typeof answers): WindowFact["state"] => {
    if (asked.some(({ answer }) => answer.ok && answer.value === false)) return "bad";
    return asked.length > 0 && asked.every(({ answer }) => answer.ok) ? "good" : "unseen";
  };
  return {
    from: seen.from,
    to: seen.to,
    state: stateOf(answers),
    users: stateOf(answers.filter(({ condition }) => condition.view === "users")),
    broken: answers.flatMap(({ condition, answer }) => (answer.ok && answer.value === false ? [condition.name] : [])),
    values: seen.values,
  };
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
