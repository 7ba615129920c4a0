// The two marks that are ours: t0, when the harm was in effect, and t8, when it was taken back.

import { harmsSite } from "../../core/plan.ts";
import { isLater } from "../../core/timing.ts";
import type { TrialPlan } from "../../records/plan.ts";
import type { Mark } from "../../records/interval.ts";
import type { Ms } from "../../core/units.ts";
import { eventsOf } from "../windows/timeline-view.ts";
import type { FaultEvent } from "../../records/timeline/fault.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";

/**
 * t0: the injector confirmed the effect, so it began between the first harmful act (in older runs: `applying`) and
 * `confirmed`, or by when somebody else told of it, where that is believed. Of several disturbances the first
 * confirmed one, also where others follow later.
 * Undefined when none took effect. One that changes nothing counts only where no other is planned.
 */
export function injectedMark(
  timeline: readonly TimelineEvent[],
  plan: Pick<TrialPlan, "disturbances">,
): Mark | undefined {
  return injections(timeline, plan)[0]?.mark;
}

/** The step from which t0 is; undefined when none took effect. */
export function injectedBy(
  timeline: readonly TimelineEvent[],
  plan: Pick<TrialPlan, "disturbances">,
): FaultEvent | undefined {
  return injections(timeline, plan)[0]?.confirmed;
}

/** In the order in which they took effect. */
function injections(
  timeline: readonly TimelineEvent[],
  { disturbances }: Pick<TrialPlan, "disturbances">,
): readonly { readonly mark: Mark; readonly confirmed: FaultEvent }[] {
  const onlyHarmless = disturbances.every(({ harmless }) => harmless === true);
  const counts = (index: number): boolean => onlyHarmless || disturbances[index]?.harmless !== true;
  const faults = eventsOf(timeline, "fault").filter(({ disturbance }) => counts(disturbance));
  const found = faults.flatMap((confirmed) => {
    if (confirmed.step !== "confirmed") return [];
    const applying = faults.findLast(
      (event) => event.step === "applying" && event.disturbance === confirmed.disturbance && event.at <= confirmed.at,
    );
    const lo = Math.min(confirmed.at, confirmed.harmFrom ?? applying?.at ?? confirmed.at);
    return [{ mark: tookEffect(confirmed, lo), confirmed }];
  });
  return found.toSorted((a, b) => a.mark.at - b.mark.at);
}

/**
 * An event of an engine comes right after the effect of which it tells. So t0 is the earliest instant that the event
 * can have had, and no time gets shorter than it was; the effect was there by the latest one.
 */
function tookEffect(confirmed: FaultEvent, lo: Ms): Mark {
  const { told, at } = confirmed;
  if (told === undefined || weighed(confirmed) !== "believed") return { at, lo, hi: at };
  return { at: Math.max(lo, told.lo), lo, hi: Math.min(at, told.hi) };
}

/**
 * What somebody else's time of an effect is worth: undefined where nobody told. It lies between our first harmful act
 * and our proof, or the other clock is wrong: `outside`, and nothing of it is taken. `vague`: all that it says is that
 * it lies in there.
 */
export function weighed({ told, harmFrom, at }: FaultEvent): "believed" | "outside" | "vague" | undefined {
  if (told === undefined || harmFrom === undefined) return undefined;
  if (told.hi < harmFrom || told.lo > at) return "outside";
  return told.lo <= harmFrom && told.hi >= at ? "vague" : "believed";
}

/**
 * t0 by what followed from it: what the healer detected or repaired before we had confirmed the effect was in effect by
 * then. All that can be said is that it began with the first harmful act at the earliest, and that instant stands for
 * it: no time samples shorter than it may have been.
 */
export function noLaterThan(t0: Mark | undefined, followed: readonly (Mark | undefined)[]): Mark | undefined {
  if (t0 === undefined || !followed.some((mark) => mark !== undefined && mark.at < t0.at)) return t0;
  return { ...t0, at: t0.lo };
}

/** Whether t0 stands for the first harmful act because of what followed from it, and not by its own proof. */
export function isMoved(
  t0: Mark,
  { timeline, plan }: { readonly timeline: readonly TimelineEvent[]; readonly plan: Pick<TrialPlan, "disturbances"> },
): boolean {
  const own = injectedMark(timeline, plan);
  return own !== undefined && t0.at < own.at;
}

/**
 * When the last of the disturbances that begin later began to take effect, ms; undefined where all begin with the
 * injection. A recovery before it is a recovery between two disturbances.
 */
export function lastHarmFrom(timeline: readonly TimelineEvent[], plan: TrialPlan): Ms | undefined {
  const harms = eventsOf(timeline, "fault").filter(({ step, disturbance }) => {
    const planned = plan.disturbances[disturbance];
    return step === "confirmed" && planned?.harmless !== true && isLater(planned?.timing);
  });
  const last = harms.at(-1);
  return last && (last.harmFrom ?? last.at);
}

/**
 * When the last of the faults in place was taken back by the plan, while the trial went on, ms; undefined when one
 * stays to the end, or when there was none.
 */
export function clearFrom(timeline: readonly TimelineEvent[], plan: TrialPlan): Ms | undefined {
  const events = eventsOf(timeline, "fault").filter(({ disturbance }) => {
    const planned = plan.disturbances[disturbance];
    return planned !== undefined && harmsSite(planned);
  });
  const applied = new Set(events.flatMap(({ step, disturbance }) => (step === "confirmed" ? [disturbance] : [])));
  const ends = new Map(
    events.flatMap(({ step, scheduled, disturbance, at }) =>
      step === "reverting" && scheduled === true ? [[disturbance, at] as const] : [],
    ),
  );
  if (applied.size === 0 || [...applied].some((index) => !ends.has(index))) return undefined;
  return Math.max(...ends.values());
}

/** t8: the last fault was taken back, between `reverting` and `reverted`. */
export function clearedMark(timeline: readonly TimelineEvent[]): Mark | undefined {
  const faults = eventsOf(timeline, "fault");
  const reverted = faults.findLast((event) => event.step === "reverted");
  if (reverted === undefined) return undefined;
  const reverting = faults.findLast(
    (event) => event.step === "reverting" && event.disturbance === reverted.disturbance && event.at <= reverted.at,
  );
  return { at: reverted.at, lo: reverting?.at ?? reverted.at, hi: reverted.at };
}
