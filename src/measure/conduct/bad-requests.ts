// Three requests of a trial that went wrong, for people to look at: the first, the slowest to end, and the last.

import { streamNamed } from "../../core/streams.ts";
import type { TrialPlan } from "../../records/plan.ts";
import type { TimelineEvent } from "../../records/timeline/event.ts";
import type { RequestEvent } from "../../records/timeline/request.ts";

/** What was wrong with a request. */
type Wrong = "unsent" | "error" | "leaked" | "not right" | "late";

/** One that went wrong, and in which way. */
export interface BadRequest {
  readonly request: RequestEvent;
  readonly wrong: Wrong;
}

/** At most three, in the order in which they were due; none where all went well. */
export function chooseBadRequests(
  { load }: Pick<TrialPlan, "load">,
  timeline: readonly TimelineEvent[],
): readonly BadRequest[] {
  const bad = timeline.flatMap((event): readonly BadRequest[] => {
    if (event.kind !== "request") return [];
    const wrong = wrongWith(event, streamNamed(load, event.stream)?.slowOverMs ?? Infinity);
    return wrong === undefined ? [] : [{ request: event, wrong }];
  });
  const took = ({ request }: BadRequest): number => request.at - request.intended;
  const slowest = bad.toSorted((a, b) => took(b) - took(a))[0];
  const chosen = new Set([bad[0], slowest, bad.at(-1)].filter((one) => one !== undefined));
  return [...chosen].toSorted((a, b) => a.request.intended - b.request.intended);
}

/** undefined of a request that was answered right and in time. */
function wrongWith({ outcome, right, leaked, done, intended }: RequestEvent, slowOverMs: number): Wrong | undefined {
  if (outcome !== "answered") return outcome;
  if (leaked === true) return "leaked";
  if (right === false) return "not right";
  return done !== null && done - intended > slowOverMs ? "late" : undefined;
}
