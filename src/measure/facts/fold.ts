// Takes a trial's timeline event by event and keeps what follows from it: windows as soon as they are final, and of
// requests and samples only the newest stretch. So a live trial is measured without looking at all of it again, and one
// of ten hours within a small memory.

import type { TrialPlan } from "../../records/plan.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";
import type { Ms } from "../../core/units.ts";
import type { TrialRecord } from "../../core/verdict.ts";
import type { TallyStretches } from "../cost/load-tally.ts";
import { injectedMark } from "../marks/injection.ts";
import { makeStreamTails, tailNamed } from "../windows/stream-tails.ts";
import type { StreamTail } from "../windows/stream-tails.ts";
import { observedUntil, periodsOf } from "../windows/timeline-view.ts";
import type { Periods } from "../windows/timeline-view.ts";
import { makeCondenser } from "./condense.ts";
import { makeLoadFold } from "./load-fold.ts";
import { beginFacts, factNames } from "./table.ts";
import type { TrialView } from "./trial-view.ts";
import { makeWindowFold } from "./window-fold.ts";

export interface TrialFold {
  /** Takes the next event, in the order of writing: up to two seconds out of order in time. */
  readonly take: (event: TimelineEvent) => void;
  /** What is known now; the timeline may go on growing. */
  seen(): TrialView;
}

/** Events of other processes are written this much out of order, at most, ms. */
const disorderMs: Ms = 2000;
/** What is final is looked for this often in the trial's time, ms, and no more than once a window. */
const settleEveryMs: Ms = 5000;

/** Everything of a whole record at once. */
export function trialViewOf({ plan, timeline }: TrialRecord): TrialView {
  const fold = foldTrial(plan);
  for (const event of timeline.toSorted((a, b) => a.at - b.at)) fold.take(event);
  return fold.seen();
}

/** A fold that has taken nothing yet. */
export function foldTrial(plan: TrialPlan): TrialFold {
  const tails = makeStreamTails(plan.load);
  const [{ tail }] = tails;
  const timeoutMs = Math.max(...tails.map(({ stream }) => stream.timeoutMs));
  const windows = makeWindowFold(plan, tails);
  const load = makeLoadFold(tails);
  const condenser = makeCondenser(plan.targetFacts.dataProbes);
  const noted = beginFacts(plan);
  const noting = factNames.flatMap((name) => noted[name].add ?? []);
  const milestones: TimelineEvent[] = [];
  let now: Ms = 0;
  let settledAt: Ms = 0;

  function settle(): void {
    const periods = periodsOf(milestones, now);
    if (periods === undefined || !milestones.some(isAfterBaseline)) return;
    const settledUntil = now - timeoutMs - disorderMs;
    if (settledUntil < periods.baselineTo) return;
    // Until the injection is over nobody knows from when on the disturbance counts.
    const limit = isInjecting(milestones) ? periods.baselineTo : Math.min(settledUntil, periods.end);
    const before = windows.settle(periods, limit);
    if (before !== undefined) load.letGo(before, stretchesOf(milestones, periods, plan));
  }

  return {
    take(event) {
      condenser.take(event);
      for (const add of noting) add(event);
      if (event.kind === "reading") tail.take(event);
      else if (event.kind === "request" || event.kind === "late") tailNamed(tails, event.stream)?.tail.take(event);
      else if (event.kind === "clock") load.takeClock(event);
      else if (event.kind === "phase" || event.kind === "fault") milestones.push(event);
      if (beginsRelease(event)) for (const one of tails) one.tail.release(event.at);
      now = Math.max(now, event.at);
      if (now - settledAt < Math.max(settleEveryMs, plan.steady.windowMs)) return;
      settledAt = now;
      settle();
    },
    seen() {
      const periods = periodsOf(milestones, now);
      return {
        plan,
        timeline: condenser.timeline(),
        periods,
        windows: windows.now(periods),
        load: load.now(periods && stretchesOf(milestones, periods, plan)),
        tookMs: now,
        newest: tail.newest(),
        settledIn: (stretch, stream) => settledIn(tailNamed(tails, stream), stretch),
        noted,
      };
    },
  };
}

function settledIn(
  stream: StreamTail | undefined,
  { from, to }: { readonly from: Ms; readonly to: Ms },
): ReturnType<TrialView["settledIn"]> {
  if (stream === undefined) return undefined;
  const { counts, tail } = stream;
  const requests = tail.requests();
  const [begin, end] = [counts.before(from, requests), counts.before(Math.max(from, to), requests)];
  if (begin === undefined || end === undefined) return undefined;
  return { expected: end.expected - begin.expected, bad: end.bad - begin.bad };
}

function stretchesOf(milestones: readonly TimelineEvent[], periods: Periods, plan: TrialPlan): TallyStretches {
  const { baselineFrom, baselineTo, end } = periods;
  const since = injectedMark(milestones, plan)?.lo ?? baselineTo;
  return { baselineFrom, baselineTo, since, until: observedUntil(periods), end };
}

function isAfterBaseline(event: TimelineEvent): boolean {
  return event.kind === "phase" && !["boot", "warmup", "baseline"].includes(event.phase);
}

/** From here on requests that a fault held up may go on. */
function beginsRelease(event: TimelineEvent): boolean {
  return (event.kind === "phase" && event.phase === "revert") || (event.kind === "fault" && event.step === "reverting");
}

function isInjecting(milestones: readonly TimelineEvent[]): boolean {
  const last = milestones.findLast((event) => event.kind === "phase");
  return last?.kind === "phase" && last.phase === "inject";
}
