// Has a condition of `abort_if` come true while a fault is in place, or can it no longer be seen? No data is not
// "true"; but who cannot see whether to stop, stops: a guard that went blind guards nothing.

import type { TrialPlan } from "../../records/plan.ts";
import type { AbortEvent } from "../../records/timeline/fault.ts";
import { streamsOf } from "../../core/streams.ts";
import { probeOfName, userNameOf } from "../../core/user-probes.ts";
import type { Ms } from "../../core/units.ts";
import type { WindowFact } from "../../records/facts/windows.ts";
import { compileConditions, scopeOf, type CompiledCondition } from "../windows/conditions.ts";
import type { TrialView } from "../facts/trial-view.ts";
import type { ReadingEvent } from "../../records/timeline/reading.ts";

/** What an abort says, before it is stamped. */
export type AbortSeen = Omit<AbortEvent, "at" | "kind">;

/**
 * A condition may go unanswered this long, ms, or for three windows, requests or periods of its slowest probe, if that
 * is longer.
 */
const blindAfterMs: Ms = 5_000;

/** What a trial is asked each time, ms; see `abortGuard`. */
export type AbortGuard = (seen: TrialView, since: Ms, now: Ms) => AbortSeen | undefined;

/** The guard of one trial, made once: its conditions are compiled here, not at each look. */
export function abortGuard({ abortIf = [] }: Pick<TrialPlan, "abortIf">): AbortGuard {
  const compiled = compileConditions(abortIf);
  return (seen, since, now) => (compiled.length === 0 ? undefined : abortSeen(compiled, seen, { since, now }));
}

/**
 * Asks every condition over each window that ended after `since` (ms, begin of the injection), and once more over what
 * is newest: the last such window's users, and of each state probe the last sample that began after `since`. The first
 * that is true; else the first that had no answer for too long up to `now`.
 */
function abortSeen(
  compiled: readonly CompiledCondition[],
  seen: TrialView,
  { since, now }: { readonly since: Ms; readonly now: Ms },
): AbortSeen | undefined {
  const { plan, newest } = seen;
  const { windows, baseline } = seen.windows;
  const looks = [...windows.filter(({ to }) => to > since).map(windowLook), newestLook(newest, windows, since)];
  for (const condition of compiled) {
    for (const { values } of looks) {
      const answer = condition.evaluate(scopeOf(values, baseline));
      if (answer.ok && answer.value === true) return abortBy(condition, values, baseline);
    }
  }
  for (const condition of compiled) {
    const blind = blindness(condition, { looks, baseline, plan, since, now });
    if (blind !== undefined) {
      const reason = [blind.reason, ...whyUnseen(condition, newest)].join("; ");
      return { ...abortBy(condition, looks.at(-1)?.values ?? {}, baseline), blind: { ...blind, reason } };
    }
  }
  return undefined;
}

/** Values by name, and when each was seen. */
interface Look {
  readonly values: Values;
  readonly at: (name: string) => Ms | undefined;
}

interface Watched {
  readonly looks: readonly Look[];
  readonly baseline: Values;
  readonly plan: TrialPlan;
  readonly since: Ms;
  readonly now: Ms;
}

/** For how long, up to now, a condition had no answer, and why; undefined as long as that is not too long. */
function blindness(condition: CompiledCondition, watched: Watched): AbortSeen["blind"] {
  const { looks, baseline, plan, since, now } = watched;
  let answered = since;
  let reason = "nothing was seen";
  for (const { values, at } of looks) {
    const answer = condition.evaluate(scopeOf(values, baseline));
    if (!answer.ok) reason = answer.reason;
    else answered = Math.max(answered, Math.min(...condition.names.flatMap((name) => at(name) ?? [])));
  }
  const forMs = now - answered;
  const limitMs = blindLimitMs(condition, plan);
  return forMs > limitMs ? { forMs, reason } : undefined;
}

/** What the newest samples of its probes gave instead of a value. */
function whyUnseen({ names }: CompiledCondition, newest: TrialView["newest"]): string[] {
  return names.flatMap((name) => {
    const reading = newest.get(name)?.reading;
    return reading?.ok === false ? [`${name}: ${reading.reason}`] : [];
  });
}

/** A request that hangs is known to be slow only after `slow_over`: until then nothing of the users may be known. */
function blindLimitMs({ names }: CompiledCondition, { steady, load, targetFacts }: TrialPlan): Ms {
  const periods = targetFacts.stateProbes.filter(({ name }) => names.includes(name)).map(({ everyMs }) => 3 * everyMs);
  const asked = new Set(names.map((name) => userNameOf(probeOfName(name))?.stream));
  const streams = streamsOf(load).filter(({ name }) => name === undefined || asked.has(name));
  const slowOverMs = Math.max(...streams.map((stream) => stream.slowOverMs));
  const gaps = streams.map(({ ratePerSecond }) => 3000 / ratePerSecond);
  return Math.max(blindAfterMs, 3 * steady.windowMs, ...gaps, ...periods) + slowOverMs;
}

function windowLook({ to, values }: WindowFact): Look {
  return { values, at: (name) => (name in values ? to : undefined) };
}

/** What is newest of each name. A sample that saw nothing replaces an older one that did: then nothing is known. */
function newestLook(looked: ReadonlyMap<string, ReadingEvent>, windows: readonly WindowFact[], since: Ms): Look {
  const last = windows.findLast(({ to }) => to > since);
  const users = Object.entries(last?.values ?? {}).filter(([name]) => name.startsWith("users."));
  const newest = new Map([...looked].filter(([, { from }]) => from >= since));
  const readings = [...newest].flatMap(([probe, { reading }]) => (reading.ok ? [[probe, reading.value] as const] : []));
  return {
    values: Object.fromEntries([...users, ...readings]),
    at: (name) => newest.get(name)?.at ?? (name.startsWith("users.") ? last?.to : undefined),
  };
}

function abortBy({ name, expression, names }: CompiledCondition, values: Values, baseline: Values): AbortSeen {
  const scope = scopeOf(values, baseline);
  const known = names.flatMap((asked) => {
    const value = scope(asked);
    return value === undefined ? [] : [[asked, value]];
  });
  return { name, expression, values: Object.fromEntries(known) };
}

type Values = Readonly<Record<string, number>>;
