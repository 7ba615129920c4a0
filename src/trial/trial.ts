// Conducts one trial: boot, warm up, baseline, inject, observe, revert, tear down. It only records; rules judge later.

import { isTreated } from "../core/arms.ts";
import { HarnessError, messageOf } from "../core/errors.ts";
import { harmsSite } from "../core/plan.ts";
import { isLater } from "../core/timing.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { TrialRecord } from "../core/verdict.ts";
import { baselineIsSteady } from "../measure/windows/steadiness.ts";
import { underAbortWatch } from "./abort-watch.ts";
import { inject, isOnDisk } from "./inject.ts";
import { inventoryPeriod, watchInventory } from "./inventory-watch.ts";
import { sitesAreThere } from "./live-sites.ts";
import { openDurabilityCheck } from "./durability-check.ts";
import { observe, watchAfterRevert } from "./observe.ts";
import { watchPace } from "./pace.ts";
import { keepTraces } from "./keep-traces.ts";
import { loadRateControl } from "./load-rate.ts";
import { pause } from "./pause.ts";
import type { LoadControl } from "../core/load-source.ts";
import type { RunningStack, TrialDeps } from "./ports.ts";
import { makeRecorder, type Recorder } from "./recorder.ts";
import { openAudit } from "./residue-watch.ts";
import { revertAll } from "./revert.ts";
import type { TrialState } from "./state.ts";
import { startSchedule } from "./scheduler.ts";
import { withTimeLimit } from "./time-limit.ts";
import type { PhaseName } from "../records/timeline/phase.ts";

/** Load begins this long after the order, so that its first send time still lies ahead. */
const loadLeadMs = 100;
/** Those who watch the stack have this long to end, ms. */
const watchersEndMs = 10_000;

/**
 * Runs one trial to its end and returns what was seen. An abort ends it early but never skips the way back.
 * Throws what made the boot impossible (HarnessError "environment") after cleaning up; later trouble is written down.
 */
export async function runTrial(plan: TrialPlan, deps: TrialDeps, outside: AbortSignal): Promise<TrialRecord> {
  const recorder = makeRecorder(plan, deps.clock, deps.sink, deps.hide);
  const diskWatch = watchDisk(deps, recorder);
  try {
    await conduct(plan, deps, { recorder, outside });
  } finally {
    diskWatch[Symbol.dispose]();
  }
  return { plan, timeline: recorder.timeline };
}

interface Conducting {
  readonly recorder: Recorder;
  readonly outside: AbortSignal;
}

async function conduct(plan: TrialPlan, deps: TrialDeps, { recorder, outside }: Conducting): Promise<void> {
  const phase = phaseWriter(recorder);
  const audit = openAudit(plan, deps, recorder);
  const { epochNs, epochTime } = deps.clock;
  recorder.record({ kind: "phase", phase: "boot", epochNs, ...(epochTime !== undefined && { epochTime }) });
  // Our own trouble ends a trial as whoever sits at the keyboard does.
  const signal = AbortSignal.any([outside, recorder.over]);
  await audit.beforeBoot();
  const stack = await deps.startStack(plan, signal).catch(async (thrown: unknown) => {
    throw withLeftovers(thrown, await audit.afterTeardown());
  });
  const watching = new AbortController();
  const watchers = startWatchers(stack, { plan, deps, recorder }, watching.signal);
  let load: LoadControl | undefined;
  try {
    load = await stack.startLoad(recorder.record);
    const durability = openDurabilityCheck(stack, recorder);
    const loadRate = loadRateControl(load, deps.clock);
    await runPhases({ plan, deps, recorder, stack, load, loadRate, signal, applied: [], audit, durability }, phase);
  } catch (thrown) {
    if (thrown instanceof HarnessError && thrown.code === "bug") throw thrown;
    const hint = thrown instanceof HarnessError && thrown.hint !== undefined ? ` (${thrown.hint})` : "";
    recorder.record({ kind: "trouble", where: "conductor", reason: messageOf(thrown) + hint, fatal: true });
  } finally {
    await audit.afterRevert(stack);
    phase("teardown");
    try {
      watching.abort();
      // Watchers that do not heed their signal must not keep the stack from being ended.
      await Promise.all([load?.stop(), withTimeLimit(watchersEndMs, () => Promise.all(watchers))]);
      await keepTraces({ plan, stack, clock: deps.clock, recorder, signal });
    } catch (thrown) {
      recorder.record({ kind: "trouble", where: "teardown", reason: messageOf(thrown) });
    } finally {
      // Whatever went wrong before, the stack is ended.
      watching.abort();
      const left = await stack.stop();
      if (left.length > 0)
        recorder.record({ kind: "trouble", where: "teardown", reason: `left behind: ${left.join(", ")}` });
      await audit.afterTeardown();
      phase("done");
    }
  }
}

/** A stack that did not come up must not leave anything either; there is no verdict to say so, hence the error does. */
function withLeftovers(thrown: unknown, left: readonly string[]): unknown {
  if (left.length === 0) return thrown;
  const code = thrown instanceof HarnessError ? thrown.code : "bug";
  return new HarnessError(code, `${messageOf(thrown)}; and it left behind: ${left.join("; ")}`, { cause: thrown });
}

/**
 * Loses the record as soon as the disk says that it is lost, until disposed: a listener that stayed would keep the
 * whole timeline in memory.
 */
function watchDisk({ disk, undo }: TrialDeps, recorder: Recorder): Disposable {
  const signals = disk === undefined ? [undo.lost] : [disk.lost, undo.lost];
  const ended = new AbortController();
  for (const lost of signals) {
    const tell = (): void => recorder.lose(messageOf(lost.reason));
    if (lost.aborted) tell();
    lost.addEventListener("abort", tell, { once: true, signal: ended.signal });
  }
  return { [Symbol.dispose]: () => ended.abort() };
}

function phaseWriter(recorder: Recorder): (name: PhaseName) => void {
  return (name) => recorder.record({ kind: "phase", phase: name });
}

function startWatchers(
  stack: RunningStack,
  { plan, deps, recorder }: Pick<TrialState, "plan" | "deps" | "recorder">,
  signal: AbortSignal,
): Promise<void>[] {
  const { record } = recorder;
  const watchers: readonly (readonly [string, Promise<void>])[] = [
    ["inventory", watchInventory(stack, { clock: deps.clock, everyMs: inventoryPeriod(plan), record, signal })],
    ["pace", watchPace(deps.clock, record, signal)],
    ["probes", stack.runProbes(record, signal)],
    ...(stack.watchPressure ? [["pressure", stack.watchPressure(record, signal)] as const] : []),
    ...(stack.watchLog ? [["log", stack.watchLog(record, signal)] as const] : []),
    ...(stack.feed ? [["feed", stack.feed(record, signal)] as const] : []),
  ];
  // One that breaks is a blind spot of ours for the rest of the trial, and known at once.
  return watchers.map(([where, watching]) =>
    watching.catch((thrown: unknown) => record({ kind: "trouble", where, reason: messageOf(thrown), fatal: true })),
  );
}

async function runPhases(state: TrialState, phase: (name: PhaseName) => void): Promise<void> {
  try {
    await runToTheEnd(state, phase);
  } finally {
    await state.durability.stop();
  }
}

async function runToTheEnd(state: TrialState, phase: (name: PhaseName) => void): Promise<void> {
  const { plan, deps, recorder, load, signal, durability } = state;
  if (!(await sitesAreThere(state, { announces: () => false }))) return;
  await deps.mayMeasure?.(signal);
  // Nobody uses the stack yet: what moves now was moved by us.
  if ((await state.stack.proveSignals?.(recorder.record, signal)) === false) return;
  phase("warmup");
  // From here on, so that the load of writing is there before anything is compared with it.
  durability.open();
  load.begin(deps.clock.now() + loadLeadMs);
  await pause(plan.load.warmupMs + loadLeadMs, signal);
  phase("baseline");
  await pause(plan.load.baselineMs + plan.injectAfterMs, signal);
  const steady = baselineIsSteady(recorder.seen());
  if (signal.aborted || !steady) return;
  let aborted = false;
  try {
    phase("inject");
    if (!(await sitesAreThere(state, { announces: (index) => !isLater(plan.disturbances[index]?.timing) }))) return;
    await state.audit.beforeInjection(state.stack);
    if (!(await isOnDisk(state))) return;
    aborted = await underAbortWatch(state, async (guarded) => {
      const since = deps.clock.now();
      const confirmed = await inject(guarded);
      if (!confirmed || guarded.signal.aborted) return;
      phase("observe");
      const schedule = startSchedule(guarded, since);
      try {
        await observe(guarded, schedule);
      } finally {
        await schedule.end();
      }
      await durability.close(guarded.signal);
    });
  } finally {
    phase("revert");
    await revertAll(state);
  }
  const harms = plan.disturbances.some(harmsSite);
  if (!aborted && !signal.aborted && harms && isTreated(plan.arm)) {
    phase("after");
    await watchAfterRevert(state);
  }
  if (!aborted && harms) await durability.lookAgain(signal);
}
