// Has a condition of `abort_if` come true while a fault is in place? No data is not "true".

import type { Condition } from "../core/intent.ts";
import type { AbortEvent } from "../core/timeline.ts";
import type { Ms } from "../core/units.ts";
import type { TrialRecord } from "../core/verdict.ts";
import { compileExpression } from "../core/expression.ts";
import { eventsOf } from "./timeline-view.ts";
import { compileConditions, judgeWindows, scopeOf } from "./windows.ts";

/** What an abort says, before it is stamped. */
export type AbortSeen = Omit<AbortEvent, "at" | "kind">;

/**
 * Asks every condition over each window that ended after `since` (ms, begin of the injection), and once more over what is newest:
 * the last such window's users, and of each state probe the last look that began after `since`. The first that is true.
 */
export function abortSeen(record: TrialRecord, since: Ms): AbortSeen | undefined {
  const conditions = record.plan.abortIf ?? [];
  if (conditions.length === 0) return undefined;
  const { windows, baseline } = judgeWindows(record);
  const after = windows.filter((window) => window.to > since).map(({ values }) => values);
  const looks = [...after, { ...usersOf(after.at(-1)), ...newestReadings(record, since) }];
  for (const condition of compileConditions(conditions)) {
    for (const values of looks) {
      const answer = condition.evaluate(scopeOf(values, baseline));
      if (!answer.ok || answer.value !== true) continue;
      const { name, expression } = condition;
      return { name, expression, values: valuesOf(condition, values, baseline) };
    }
  }
  return undefined;
}

type Values = Readonly<Record<string, number>>;

function usersOf(values: Values = {}): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name.startsWith("users.")));
}

/** A look that saw nothing is newer than one before it that did: then nothing is known. */
function newestReadings({ timeline }: TrialRecord, since: Ms): Values {
  const newest = new Map(
    eventsOf(timeline, "reading")
      .filter(({ from }) => from >= since)
      .map((event) => [event.probe, event.reading]),
  );
  return Object.fromEntries([...newest].flatMap(([probe, reading]) => (reading.ok ? [[probe, reading.value]] : [])));
}

function valuesOf({ expression }: Condition, values: Values, baseline: Values): Values {
  const compiled = compileExpression(expression);
  const scope = scopeOf(values, baseline);
  const names = compiled.ok ? compiled.expression.names : [];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = scope(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
