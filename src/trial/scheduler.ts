// Applies disturbances that begin later than the injection, and takes back those whose time is over. One act at a time:
// what is due while another one is being proved waits for that. Each way back is on disk before its disturbance.

import { messageOf } from "../core/errors.ts";
import type { PlannedDisturbance } from "../records/plan.ts";
import { beginText, isLater, waits } from "../core/timing.ts";
import type { Ms } from "../core/units.ts";
import { abortGuard } from "../measure/conduct/aborting.ts";
import { actingMark } from "../measure/marks/acting.ts";
import { faultSites } from "../measure/marks/sites.ts";
import { applyFault, isOnDisk } from "./inject.ts";
import { sitesAreThere } from "./live-sites.ts";
import { pause } from "./pause.ts";
import type { Applied } from "./applied.ts";
import { takeBack } from "./revert.ts";
import type { TrialState } from "./state.ts";

/** What was seen is looked at this often, ms, and after a look at least this many times as long is rested. */
const lookEveryMs: Ms = 50;
const restFactor = 10;

/** What there still is to do, for those who decide when a trial is over. */
export interface Schedule {
  /** True when nothing is left that has a time: neither a beginning nor an end. */
  isSettled(): boolean;
  /** True when a disturbance still waits for what is seen. */
  isWaiting(): boolean;
  /** True when something could not be done as planned: the trial has nothing more to show. */
  hasFailed(): boolean;
  /** When it last changed something, ms; undefined when it has not. */
  changedAt(): Ms | undefined;
  /** Ends it: what was not applied by now never will be, and that is written down. */
  end(): Promise<void>;
}

interface Pending {
  readonly index: number;
  readonly planned: PlannedDisturbance;
  /** Why it is due now; undefined when it is not. */
  readonly isDue: () => string | undefined;
}

/** Begins with what `inject` left; `since`: the injection began, ms. */
export function startSchedule(state: TrialState, since: Ms): Schedule {
  const { plan, recorder, deps } = state;
  const over = new AbortController();
  const ended = AbortSignal.any([state.signal, over.signal]);
  let pending = plan.disturbances.flatMap((planned, index): Pending[] =>
    isLater(planned.timing) ? [{ index, planned, isDue: dueTest(state, planned, since) }] : [],
  );
  let failed = false;
  let changedAt: Ms | undefined;
  const done = (): void => void (changedAt = deps.clock.now());

  async function apply({ index, planned }: Pending, reason: string): Promise<void> {
    recorder.record({ kind: "fault", disturbance: index, step: "due", reason });
    const there = await sitesAreThere(state, { checks: (at) => at === index, announces: () => true });
    failed ||= !there || !(await isOnDisk(state)) || !(await applyFault(state, index, planned));
    done();
  }
  async function end(applied: Applied): Promise<void> {
    failed ||= !(await takeBack(state, applied));
    done();
  }
  async function run(): Promise<void> {
    while (!ended.aborted && !failed) {
      const lookedFrom = deps.clock.now();
      const stay = nextStay(state);
      if (stay !== undefined && stay.until <= lookedFrom) {
        await end(stay.applied);
        continue;
      }
      const due = firstDue(pending);
      if (due !== undefined) {
        pending = pending.filter((one) => one !== due.one);
        await apply(due.one, due.reason);
        continue;
      }
      if (pending.length === 0 && stay === undefined) return;
      const now = deps.clock.now();
      const restMs = Math.max(lookEveryMs, restFactor * (now - lookedFrom));
      await pause(Math.min(restMs, Math.max(0, nextTime(pending, stay, since) - now)), ended);
    }
  }

  const running = run().catch((thrown: unknown) => {
    failed = true;
    recorder.record({ kind: "trouble", where: "schedule", reason: messageOf(thrown), fatal: true });
  });
  return {
    isSettled: () => pending.every(({ planned }) => waits(planned.timing)) && nextStay(state) === undefined,
    isWaiting: () => pending.some(({ planned }) => waits(planned.timing)),
    hasFailed: () => failed,
    changedAt: () => changedAt,
    async end() {
      over.abort();
      await running;
      for (const { index, planned } of pending) {
        const reason = `never applied: the trial ended before it was due (${beginText(planned.timing) ?? "later"})`;
        recorder.record({ kind: "fault", disturbance: index, step: "unconfirmed", reason });
      }
      pending = [];
    },
  };
}

interface Stay {
  readonly applied: Applied;
  readonly until: Ms;
}

/** The disturbance in place whose time is over first. */
function nextStay({ plan, applied }: TrialState): Stay | undefined {
  const stays = applied.flatMap((one): Stay[] => {
    const forMs = plan.disturbances[one.index]?.timing?.forMs;
    return forMs === undefined || one.confirmedAt === undefined
      ? []
      : [{ applied: one, until: one.confirmedAt + forMs }];
  });
  return stays.sort((a, b) => a.until - b.until)[0];
}

function firstDue(pending: readonly Pending[]): { readonly one: Pending; readonly reason: string } | undefined {
  for (const one of pending) {
    const reason = one.isDue();
    if (reason !== undefined) return { one, reason };
  }
  return undefined;
}

/** The next instant that is known ahead, ms. */
function nextTime(pending: readonly Pending[], stay: Stay | undefined, since: Ms): Ms {
  const begins = pending.map(({ planned: { timing } }) => since + (timing?.atMs ?? Infinity));
  return Math.min(stay?.until ?? Infinity, ...begins);
}

function dueTest({ deps, recorder, plan }: TrialState, { timing }: PlannedDisturbance, since: Ms): Pending["isDue"] {
  const { atMs, when, during } = timing ?? {};
  const now = (): Ms => deps.clock.now();
  const claimed = (type: string): string | undefined => {
    const claim = recorder
      .seen()
      .timeline.find((event) => event.kind === "claim" && event.claim.type === type && event.at >= since);
    return claim === undefined
      ? undefined
      : `the healer claimed ${type} ${seconds(claim.at - since)} after the injection began`;
  };
  if (during !== undefined) {
    return () => {
      const sites = faultSites(plan);
      const mark = actingMark({ plan, timeline: recorder.seen().timeline }, sites, { since, until: now() });
      const acted = mark && `the inventory showed an action ${seconds(mark.hi - since)} after the injection began`;
      return claimed("action.started") ?? acted;
    };
  }
  if (when !== undefined && "claim" in when) return () => claimed(when.claim);
  if (when !== undefined) {
    const guard = abortGuard({ abortIf: [{ name: "when", expression: when.condition, view: "state" }] });
    return () => {
      const seen = guard(recorder.seen(), since, now());
      if (seen === undefined || seen.blind !== undefined) return undefined;
      const values = Object.entries(seen.values).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`);
      return `${when.condition} came true (${values.join(", ")})`;
    };
  }
  const from = since + (atMs ?? 0);
  return () => (now() >= from ? (beginText(timing) ?? "") : undefined);
}

function seconds(ms: Ms): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
