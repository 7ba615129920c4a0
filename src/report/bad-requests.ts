// Three requests that went wrong, step by step: the first, the slowest to end, and the last.

import { streamNamed } from "../core/streams.ts";
import type { Ms } from "../core/units.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";
import type { RequestEvent } from "../records/timeline/request.ts";
import { latencyText } from "./figures.ts";
import { sinceText } from "./moments.ts";
import type { Origin } from "./plot-series.ts";

/** One request that went wrong. */
export interface BadRequest {
  readonly name: string;
  /** ms from the origin: when it was due. */
  readonly since: Ms;
  readonly due: string;
  readonly steps: string;
  readonly came: string;
}

/** At most three; none where all went well. */
export function badRequests(
  { load }: Pick<TrialPlan, "load">,
  timeline: readonly TimelineEvent[],
  origin: Origin,
): readonly BadRequest[] {
  const whatWas = (request: RequestEvent): string =>
    wrongWith(request, streamNamed(load, request.stream)?.slowOverMs ?? Infinity);
  const bad = timeline
    .filter((event): event is RequestEvent => event.kind === "request")
    .filter((request) => whatWas(request) !== "");
  const slowest = bad.toSorted((a, b) => b.at - b.intended - (a.at - a.intended))[0];
  const chosen = new Set([bad[0], slowest, bad.at(-1)].filter((one) => one !== undefined));
  return [...chosen]
    .toSorted((a, b) => a.intended - b.intended)
    .map((request) => {
      const { id, stream, intended } = request;
      return {
        name: `${stream === undefined ? "" : `${stream} `}${id}`,
        since: intended - origin.at,
        due: sinceText(intended - origin.at),
        steps: stepsOf(request),
        came: whatWas(request),
      };
    });
}

/** "" of a request that was answered right and in time. */
function wrongWith({ outcome, error, right, leaked, done, intended }: RequestEvent, slowOverMs: Ms): string {
  if (outcome === "unsent") return "never sent: the harness shed it";
  if (outcome === "error") return error ?? "error";
  if (leaked === true) return "its answer held the canary of another request";
  if (right === false) return "answered, but not right";
  return done !== null && done - intended > slowOverMs ? `answered late, after ${latencyText(done - intended)}` : "";
}

function stepsOf({ intended, sent, firstToken, done, at }: RequestEvent): string {
  const step = (name: string, instant: Ms | null): readonly string[] =>
    instant === null ? [] : [`${name} after ${latencyText(instant - intended)}`];
  const steps = [...step("sent", sent), ...step("first token", firstToken), ...step("whole answer", done)];
  return [...steps, ...(done === null ? step("given up", at) : [])].join(", ");
}
