// Judges steady-state windows: good, bad, or not seen. Which windows there are, and when they are final, is for fold.ts
// to say.

import type { Evaluation, Scope } from "../../language/expression.ts";
import { reasonText } from "../../core/reasons.ts";
import type { Ms } from "../../core/units.ts";
import { baselinePrefix, userNameOf } from "../../core/user-probes.ts";
import type { WindowFact } from "../../records/facts/windows.ts";
import type { Mark } from "../../records/interval.ts";
import type { BadSample } from "../transitions/bad-samples.ts";
import { scopeOf } from "./conditions.ts";
import type { CompiledCondition } from "./conditions.ts";
import type { StateReadings } from "./state-values.ts";
import type { Transition } from "../transitions/transitions.ts";
import type { UserSamples } from "./user-values.ts";

/** All windows of a trial and the baseline they may be compared with. */
export interface Windows {
  readonly windows: readonly WindowFact[];
  /** Per window, ms: start of the earliest sample that its judgement rests on (at or before the window's own start). */
  readonly since: readonly Ms[];
  /** The last single sample of each window that saw the state broken. */
  readonly badSamples: readonly BadSample[];
  /**
   * Value by probe name over the whole baseline; counts of requests per window, so that it compares with a window's.
   */
  readonly baseline: Readonly<Record<string, number>>;
  /** Places a transition by single samples, as sharply as they allow; undefined when they cannot tell. */
  transition(transition: Transition): Mark | undefined;
}

/** What windows are judged by. */
export interface Judging {
  readonly users: UserSamples;
  readonly state: StateReadings;
  readonly conditions: readonly CompiledCondition[];
  readonly baseline: Readonly<Record<string, number>>;
}

export interface JudgedWindow {
  readonly fact: WindowFact;
  /** Start of the earliest sample that the judgement rests on, ms. */
  readonly since: Ms;
}

/**
 * One window. It is bad if any condition is false, else unseen if any could not be evaluated (or there is none), else
 * good; `users` says the same of the users' conditions alone, `back` of the stricter exit conditions.
 */
export function judgeWindow(judging: Judging, window: { readonly from: Ms; readonly to: Ms }): JudgedWindow {
  const { users, state, conditions, baseline } = judging;
  const values: Record<string, number> = { ...users.values(window) };
  let since = window.from;
  for (const probe of state.probes) {
    const reading = state.latest(probe, window);
    if (reading === undefined) continue;
    values[probe] = reading.value;
    // Signals of the target's own lag behind; what no condition asks for makes the judgement no less sharp.
    if (conditions.some(({ names }) => names.includes(probe))) since = Math.min(since, reading.from);
  }
  const scope = scopeOf(values, baseline);
  const other = users.otherwise(window);
  const otherScope = other && scopeOf({ ...values, ...other }, baseline);
  const answersIn = (ask: "evaluate" | "evaluateExit", by: Scope): Answered[] =>
    conditions.map((condition) => ({ condition, answer: condition[ask](by) }));
  const answers = answersIn("evaluate", scope);
  const others = otherScope && answersIn("evaluate", otherScope);
  const asSeen = bothViews(answers);
  const views = eitherWay(asSeen, others && bothViews(others));
  const stricter = conditions.some(({ back }) => back !== undefined);
  const exitIn = (by: Scope): Views => bothViews(answersIn("evaluateExit", by));
  const back = stricter ? { back: eitherWay(exitIn(scope), otherScope && exitIn(otherScope)) } : {};
  const reasons = reasonsOf(judging, window, {
    values,
    doubted: [...answers, ...(others ?? [])].filter(({ answer }) => !answer.ok || answer.value === false),
  });
  const broken = views.state === "bad" ? answers.flatMap(brokenName) : [];
  const undecided = views.state === "unseen" && asSeen.state !== "unseen";
  return {
    fact: {
      ...window,
      ...views,
      ...back,
      ...(undecided && { undecided }),
      broken,
      values,
      ...(reasons && { reasons }),
    },
    since,
  };
}

function brokenName({ condition, answer }: Answered): readonly string[] {
  return answer.ok && answer.value === false ? [condition.name] : [];
}

/** What is so whichever way the undecided requests would have gone; else it was not seen. */
function eitherWay(views: Views, other: Views | undefined): Views {
  if (other === undefined) return views;
  const same = (view: keyof Views): WindowFact["state"] => (views[view] === other[view] ? views[view] : "unseen");
  return { state: same("state"), users: same("users") };
}

/** By name, for the conditions that did not hold or could not be seen: why. Undefined when nothing is known of any. */
function reasonsOf(
  { users, state, baseline }: Judging,
  window: { readonly from: Ms; readonly to: Ms },
  { values, doubted }: { readonly values: WindowFact["values"]; readonly doubted: readonly Answered[] },
): WindowFact["reasons"] {
  const names = [...new Set(doubted.flatMap(({ condition }) => condition.names))];
  const found = names.flatMap((name) => {
    if (name.startsWith(baselinePrefix)) {
      const seen = baseline[name.slice(baselinePrefix.length)] !== undefined;
      return seen ? [] : [[name, "not seen in the baseline"] as const];
    }
    const reason = name.startsWith("users.") ? users.reason(name, window) : state.reason(name, window);
    const said = reason ?? (values[name] === undefined ? "no reason given" : undefined);
    return said === undefined ? [] : [[name, reasonText(said)] as const];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

interface Answered {
  readonly condition: CompiledCondition;
  readonly answer: Evaluation;
}

type Views = Pick<WindowFact, "state" | "users">;

function bothViews(answers: readonly Answered[]): Views {
  return {
    state: stateOf(answers),
    users: stateOf(answers.filter(({ condition }) => condition.view === "users")),
  };
}

function stateOf(answers: readonly Answered[]): WindowFact["state"] {
  if (answers.some(({ answer }) => answer.ok && answer.value === false)) return "bad";
  return answers.length > 0 && answers.every(({ answer }) => answer.ok) ? "good" : "unseen";
}

/**
 * Values over the baseline [from, to), ms: pooled shares and medians of users, medians of probes, and requests per
 * window.
 */
export function baselineValues(
  { users, state }: Pick<Judging, "users" | "state">,
  { from, to, windowMs }: { readonly from: Ms; readonly to: Ms; readonly windowMs: Ms },
): Record<string, number> {
  const values: Record<string, number> = { ...users.values({ from, to }) };
  for (const [name, value] of Object.entries(values)) {
    if (userNameOf(name)?.probe === "users.count" && to > from) values[name] = (value * windowMs) / (to - from);
  }
  for (const probe of state.probes) {
    const middle = state.median(probe, from, to);
    if (middle !== undefined) values[probe] = middle;
  }
  return values;
}
