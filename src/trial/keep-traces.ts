// Once the load has ended and before the stack does: what the stack's own traces say of the three requests that the
// trial's page will show. It decides nothing, and nothing here can spoil a trial.

import { messageOf } from "../core/errors.ts";
import type { Ms } from "../core/units.ts";
import { chooseBadRequests } from "../measure/conduct/bad-requests.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { RequestTrace } from "../records/timeline/traces.ts";
import { pause } from "./pause.ts";
import type { RequestTraceDesk, RunningStack, TrialClock } from "./ports.ts";
import type { Recorder } from "./recorder.ts";
import { withTimeLimit } from "./time-limit.ts";

/** Services send their spans about once a second: those of a younger request are waited for, ms. */
const sentWithinMs: Ms = 1_500;
/** All answers together are waited for no longer than this, ms. */
const limitMs: Ms = 3_000;

interface Keeping {
  readonly plan: TrialPlan;
  readonly stack: RunningStack;
  readonly clock: TrialClock;
  readonly recorder: Recorder;
  /** Who ends a trial early does not wait for traces. */
  readonly signal: AbortSignal;
}

/** Never rejects: that a trace could not be read stands in the event. */
export async function keepTraces({ plan, stack, clock, recorder, signal }: Keeping): Promise<void> {
  const { traceOf } = stack;
  if (traceOf === undefined || signal.aborted) return;
  const traced = chooseBadRequests(plan, recorder.timeline).flatMap(({ request }) => {
    const desk = request.outcome === "unsent" ? undefined : traceOf(request);
    return desk === undefined ? [] : [{ request, desk }];
  });
  if (traced.length === 0) return;
  const youngest = Math.max(...traced.map(({ request }) => request.at));
  const isAsked = traced.some(({ desk }) => desk.read !== undefined);
  if (isAsked) await pause(youngest + sentWithinMs - clock.now(), signal);
  const requests = await Promise.all(
    traced.map(async ({ request: { id, stream }, desk }): Promise<RequestTrace> => {
      const known = { id, ...(stream !== undefined && { stream }), traceId: desk.traceId };
      return { ...known, ...(await answerOf(desk, signal)) };
    }),
  );
  recorder.record({ kind: "traces", requests });
}

type Answer = Pick<RequestTrace, "spans" | "more" | "reason">;

async function answerOf({ read }: RequestTraceDesk, signal: AbortSignal): Promise<Answer> {
  if (read === undefined) return {};
  try {
    return await withTimeLimit(limitMs, (limit) => read(AbortSignal.any([limit, signal])));
  } catch (thrown) {
    return { reason: messageOf(thrown) };
  }
}
