// Watches `abort_if` from the injection on: when it is true, or cannot be told any more, whatever is under way ends and
// the faults are taken back at once.

import type { Ms } from "../core/units.ts";
import { abortGuard } from "../measure/conduct/aborting.ts";
import { pause } from "./pause.ts";
import type { TrialState } from "./state.ts";

/** How often the newest windows and readings are looked at, ms. */
const lookEveryMs: Ms = 200;

/**
 * Runs `work` with a state whose signal ends when a condition says so; resolves, with true then, once the work is over.
 * The caller takes the faults back.
 */
export async function underAbortWatch(
  state: TrialState,
  work: (guarded: TrialState) => Promise<void>,
): Promise<boolean> {
  const seen = new AbortController();
  const over = new AbortController();
  const guarded = { ...state, signal: AbortSignal.any([state.signal, seen.signal]) };
  const watching = watch(state, seen, AbortSignal.any([guarded.signal, over.signal]));
  try {
    await work(guarded);
  } finally {
    over.abort();
    await watching;
  }
  return seen.signal.aborted;
}

async function watch({ plan, deps, recorder }: TrialState, seen: AbortController, ended: AbortSignal): Promise<void> {
  if ((plan.abortIf ?? []).length === 0) return;
  const since = deps.clock.now();
  const guard = abortGuard(plan);
  while (!ended.aborted) {
    const abort = guard(recorder.seen(), since, deps.clock.now());
    if (abort !== undefined) {
      recorder.record({ kind: "abort", ...abort });
      seen.abort();
      return;
    }
    await pause(lookEveryMs, ended);
  }
}
