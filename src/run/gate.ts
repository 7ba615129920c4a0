// Watches the machine for the governor while trials run side by side, and lets trials start and be measured as it
// allows.

import { found } from "../verdict/rule-table.ts";
import type { Governed } from "../records/results/run-result.ts";
import type { TrialDigest } from "../core/digest.ts";
import { trialName } from "../core/plan.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { Ms, Share } from "../core/units.ts";
import { makeGovernor, stageOf, type Stage } from "./governor.ts";
import type { WatchProcessors } from "./ports.ts";
import { makeGauge } from "../trial/pressure.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";

const tickMs: Ms = 50;
/** Processors' times come in hundredths of a second: a look over less than this is coarse. */
const lookEveryMs: Ms = 250;

/**
 * What those who run trials ask. With one job at a time the next stack boots while the last one is torn down, and is
 * measured once that one has ended.
 */
export interface TrialGate extends Disposable {
  /** May another trial begin now? */
  mayStart(): boolean;
  began(plan: TrialPlan): void;
  event(plan: TrialPlan, event: TimelineEvent): void;
  /** Resolves when the trial, whose stack is up, may be measured, or on the signal. */
  mayMeasure(plan: TrialPlan, signal: AbortSignal): Promise<void>;
  ended(plan: TrialPlan, result: TrialDigest | undefined): void;
  /** Lets those who wait be measured, where that is allowed; to be called when nobody can be started. */
  open(): void;
  /** Resolves when something may have changed. */
  changed(): Promise<void>;
  readonly governed: Governed | undefined;
}

interface Seat {
  stage: Stage;
  /** Most other trials that ran at the same time. */
  beside: number;
  readonly open: () => void;
  readonly opened: Promise<void>;
}

/** What a gate is opened with. */
export interface GateSetting {
  readonly jobs: number;
  readonly plans: readonly TrialPlan[];
  /** Is called with each change of the number. */
  readonly say: (line: string) => void;
  readonly watchProcessors: WatchProcessors;
}

export function openGate({ jobs, plans, say, watchProcessors }: GateSetting): TrialGate {
  const start = performance.now();
  const now = (): Ms => performance.now() - start;
  const seats = new Map<TrialPlan, Seat>();
  const stages = (): Stage[] => [...seats.values()].map(({ stage }) => stage);
  const governor = makeGovernor(jobs, ({ jobs: to, because }) =>
    say(`governor: ${to} at a time from now on: ${because}`),
  );
  const gauge = makeGauges(plans, stages);
  let mostAtOnce = 0;
  const bell = makeBell();
  const watcher = jobs > 1 ? watch({ gauge, now, look, busy: watchProcessors() }) : undefined;

  function look(): void {
    governor.look(now(), gauge().now(now()), stages());
    bell.ring();
  }

  function open(): void {
    if (governor.mayMeasure(stages())) for (const seat of seats.values()) measureReady(seat);
  }

  return {
    mayStart: () => governor.mayStart(stages()),
    began(plan) {
      seats.set(plan, newSeat(seats.size));
      mostAtOnce = Math.max(mostAtOnce, seats.size);
      for (const seat of seats.values()) seat.beside = Math.max(seat.beside, seats.size - 1);
    },
    event(plan, event) {
      const seat = seats.get(plan);
      if (event.kind === "request" && event.sent !== null) gauge().sent(now(), event.sent - event.intended);
      if (seat === undefined || event.kind !== "phase") return;
      seat.stage = stageOf(event.phase);
      bell.ring();
    },
    async mayMeasure(plan, signal) {
      const seat = seats.get(plan);
      if (seat === undefined || signal.aborted) return;
      seat.stage = "ready";
      signal.addEventListener("abort", seat.open, { once: true });
      bell.ring();
      // Alone there is nobody to be measured together with.
      if (jobs === 1) open();
      await seat.opened;
      signal.removeEventListener("abort", seat.open);
    },
    ended(plan, result) {
      const seat = seats.get(plan);
      seats.delete(plan);
      if (result !== undefined && isBlurred(result)) governor.spoiled(now(), trialName(plan), seat?.beside ?? 0);
      bell.ring();
    },
    open,
    changed: () => bell.rung(),
    get governed() {
      return jobs === 1 ? undefined : { jobs, mostAtOnce, changes: governor.changes };
    },
    [Symbol.dispose]: () => watcher?.[Symbol.dispose](),
  };
}

/**
 * The gauge of now. What is seen while stacks boot and nobody is measured is kept apart: it says nothing about
 * measurements.
 */
function makeGauges(plans: readonly TrialPlan[], stages: () => readonly Stage[]): () => ReturnType<typeof makeGauge> {
  const gauges = { measured: makeGauge(plans), boot: makeGauge(plans) };
  return () => (stages().includes("boot") && !stages().includes("measured") ? gauges.boot : gauges.measured);
}

/** One who has begun to boot, `beside` so many others. */
function newSeat(beside: number): Seat {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { stage: "boot", beside, open, opened };
}

function measureReady(seat: Seat): void {
  if (seat.stage !== "ready") return;
  // At once, not when its first phase is heard of: nobody may begin to boot in between.
  seat.stage = "measured";
  seat.open();
}

/** Resolves each promise of `rung` at the next `ring`. */
function makeBell(): { readonly ring: () => void; readonly rung: () => Promise<void> } {
  let resolveRung: () => void = () => undefined;
  let rung = new Promise<void>((resolve) => (resolveRung = resolve));
  const ring = (): void => {
    resolveRung();
    rung = new Promise<void>((resolve) => (resolveRung = resolve));
  };
  return { ring, rung: () => rung };
}

/** We were too late ourselves, or the trials beside it starved this one: what the governor is there to prevent. */
function isBlurred(trial: TrialDigest): boolean {
  return found(trial, "inconclusive", "pace", "machine");
}

interface Watching {
  readonly gauge: () => ReturnType<typeof makeGauge>;
  readonly now: () => Ms;
  readonly look: () => void;
  readonly busy: () => Share;
}

/** Tells the gauge how late this process's timers are and how busy the processors, and looks, until disposed. */
function watch({ gauge, now, look, busy }: Watching): Disposable {
  let before = now();
  const ticking = setInterval(() => {
    const at = now();
    gauge().timer(at, Math.max(0, at - before - tickMs));
    before = at;
  }, tickMs);
  const looking = setInterval(() => {
    gauge().busy(now(), busy());
    look();
  }, lookEveryMs);
  return {
    [Symbol.dispose]() {
      clearInterval(ticking);
      clearInterval(looking);
    },
  };
}
