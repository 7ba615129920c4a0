// Disturbances with times of their own: where they begin and end on the plot, and what t0 and t8 mean beside them.

import { isLater } from "../core/timing.ts";
import { withPlace } from "../core/plan.ts";
import type { Ms } from "../core/units.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";

/** An instant at which a disturbance began or was taken back by the plan. */
export interface DisturbanceMark {
  /** `d2`: the second disturbance began; `d2 end`: it was taken back while the trial went on. */
  readonly name: string;
  readonly at: Ms;
  /** What certainly lies around it, ms. */
  readonly lo: Ms;
  /** `load.change begins`, `network.latency taken back`. */
  readonly says: string;
}

/** In order of time. What began with the injection has t0, and what is taken back at the end has t8. */
export function disturbanceMarks(
  { disturbances }: Pick<TrialPlan, "disturbances">,
  timeline: readonly TimelineEvent[],
): readonly DisturbanceMark[] {
  const marks = timeline.flatMap((event): DisturbanceMark[] => {
    if (event.kind !== "fault") return [];
    const planned = disturbances[event.disturbance];
    if (planned === undefined) return [];
    const name = `d${event.disturbance + 1}`;
    const { at } = event;
    if (event.step === "confirmed" && isLater(planned.timing))
      return [{ name, at, lo: event.harmFrom ?? at, says: `${planned.fault} begins` }];
    if (event.step === "reverted" && event.scheduled === true)
      return [{ name: `${name} end`, at, lo: at, says: `${planned.fault} taken back` }];
    return [];
  });
  return marks.toSorted((a, b) => a.at - b.at);
}

/** One sentence about t0 and t8 where there are several disturbances; empty where there is one. */
export function severalWords({ disturbances }: Pick<TrialPlan, "disturbances">): string {
  if (disturbances.length < 2) return "";
  const numbered = disturbances.map((planned, index) => `d${index + 1} ${withPlace(planned)}`).join(", ");
  return (
    `Of ${disturbances.length} disturbances (${numbered}) t0 is the first that took effect, from which all times count; ` +
    "a recovery counts only after the last one began, and t8 is when the last one was taken back."
  );
}
