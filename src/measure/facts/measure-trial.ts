// From one timeline to its facts: arithmetic only, no opinion. May be asked of a timeline that is still growing.

import type { TrialFacts } from "../../records/facts/facts.ts";
import { requestSlackMs } from "../cost/load-facts.ts";
import { clearFrom, injectedMark, lastHarmFrom } from "../marks/injection.ts";
import { knownRecovery } from "../marks/recovery.ts";
import { widened, windowMarks } from "../marks/window-marks.ts";
import { observedUntil } from "../windows/timeline-view.ts";
import { factNames, measuringOrder } from "./table.ts";
import type { Course, FactName, TrialView } from "./trial-view.ts";

/**
 * Everything that follows from what was seen of one trial. Marks are intervals in ms since the trial's epoch. t6
 * appears as soon as the recovery has held.
 */
export function factsOf(view: TrialView): TrialFacts {
  const trial = { ...view, course: courseOf(view) };
  const known: Partial<Record<FactName, unknown>> = {};
  // Each fact reads only what it needs, and that comes before it: so far it is whole.
  for (const name of measuringOrder) known[name] = view.noted[name].done(trial, known as unknown as TrialFacts);
  const present = factNames.filter((name) => known[name] !== undefined);
  return Object.fromEntries(present.map((name) => [name, known[name]])) as unknown as TrialFacts;
}

function courseOf({ plan, timeline, periods, windows, load }: TrialView): Course | undefined {
  if (periods === undefined) return undefined;
  const t0 = injectedMark(timeline, plan);
  const since = t0?.lo ?? periods.baselineTo;
  const marks = windowMarks(windows, plan, since, lastHarmFrom(timeline, plan));
  const clear = clearFrom(timeline, plan);
  const whole = { ...periods, ...(clear !== undefined && { clearFrom: clear }) };
  const byWindow = knownRecovery(widened(marks, requestSlackMs(load), since), plan, { periods: whole, since });
  return {
    periods: whole,
    t0,
    since,
    until: observedUntil(periods),
    byWindow,
  };
}
