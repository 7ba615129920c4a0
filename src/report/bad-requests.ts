// Three requests that went wrong, step by step, and what the stack's own traces say of them.

import type { Ms } from "../core/units.ts";
import { chooseBadRequests, type BadRequest as Chosen } from "../measure/conduct/bad-requests.ts";
import type { TrialPlan } from "../records/plan.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";
import type { RequestEvent } from "../records/timeline/request.ts";
import type { RequestTrace, TracesEvent } from "../records/timeline/traces.ts";
import { latencyText } from "./figures.ts";
import { sinceText } from "./moments.ts";
import { leftWords, type TimelineLeft } from "./timeline-left.ts";
import type { Origin } from "./plot-series.ts";

/** One request that went wrong. */
export interface BadRequest {
  readonly name: string;
  /** ms from the origin: when it was due. */
  readonly since: Ms;
  readonly due: string;
  readonly steps: string;
  readonly came: string;
  readonly trace: TraceModel;
}

/** What is known of its trace. */
interface TraceModel {
  /** Empty: it has none. */
  readonly id: string;
  /** Why there are no spans, or how many are left out; empty: nothing of that. */
  readonly says: string;
  readonly spans: readonly SpanModel[];
}

/** One span as a step of a waterfall. */
interface SpanModel {
  readonly depth: number;
  readonly service: string;
  readonly name: string;
  /** After the first span of its trace, and how long it took. */
  readonly times: string;
  readonly status: string;
  readonly failed: boolean;
  /** Percent of the whole trace. */
  readonly left: number;
  readonly width: number;
}

/** At most three; none where all went well. */
export function badRequests(
  plan: Pick<TrialPlan, "load">,
  timeline: readonly TimelineEvent[],
  origin: Origin,
): readonly BadRequest[] {
  const traces = timeline.findLast((event): event is TracesEvent => event.kind === "traces");
  return chooseBadRequests(plan, timeline).map((chosen) => {
    const { id, stream, intended } = chosen.request;
    return {
      name: `${stream === undefined ? "" : `${stream} `}${id}`,
      since: intended - origin.at,
      due: sinceText(intended - origin.at),
      steps: stepsOf(chosen.request),
      came: cameTo(chosen),
      trace: traceModel(traces?.requests.find((one) => one.id === id && one.stream === stream)),
    };
  });
}

/** What the page says of their traces as a whole. */
export function tracesSentence(timeline: readonly TimelineEvent[], left: TimelineLeft): string {
  const known = timeline.some((event) => event.kind === "traces");
  if (known) return "Below each its trace by the stack’s own spans, as the stack tells them; they decide nothing.";
  const why =
    left === "whole" ? "Their trace ids were not kept" : `${leftWords[left]}, so their trace ids are not known`;
  return `${why}: find them in the stack’s own traces by their instant.`;
}

function cameTo({ request: { error, done, intended }, wrong }: Chosen): string {
  if (wrong === "error") return error ?? "error";
  return wrong === "late" ? `answered late, after ${latencyText((done ?? intended) - intended)}` : wrongWords[wrong];
}

const wrongWords: Readonly<Record<Exclude<Chosen["wrong"], "error" | "late">, string>> = {
  unsent: "never sent: the harness shed it",
  leaked: "its answer held the canary of another request",
  "not right": "answered, but not right",
};

function stepsOf({ intended, sent, firstToken, done, at, right, outcome }: RequestEvent): string {
  const step = (name: string, instant: Ms | null): readonly string[] =>
    instant === null ? [] : [`${name} after ${latencyText(instant - intended)}`];
  const steps = [...step("sent", sent), ...step("first token", firstToken), ...step("whole answer", done)];
  const end = done === null ? step("given up", at) : [];
  return [...steps, ...end, ...(outcome === "answered" && right === true ? ["its answer right"] : [])].join(", ");
}

function traceModel(trace: RequestTrace | undefined): TraceModel {
  if (trace === undefined) return { id: "", says: "", spans: [] };
  const { traceId, spans, more = 0, reason } = trace;
  if (spans === undefined) return { id: traceId, says: whyNone(reason), spans: [] };
  const whole = Math.max(...spans.map(({ since, duration }) => since + duration));
  const percent = (ms: Ms): number => (whole > 0 ? Math.round((1000 * ms) / whole) / 10 : 0);
  const shown = spans.map(({ service, name, depth, since, duration, error }) => ({
    depth: Math.min(deepest, Math.max(0, depth)),
    service: service === "" ? "a service without a name" : service,
    name,
    times: `from ${preciseText(since)} on, ${preciseText(duration)}`,
    status: error === undefined ? "well" : `failed: ${error}`,
    failed: error !== undefined,
    left: Math.min(99, Math.max(0, percent(since))),
    // What is shorter than the eye sees is drawn all the same.
    width: Math.max(0.5, percent(duration)),
  }));
  return { id: traceId, says: more === 0 ? "" : `${more} more spans are left out.`, spans: shown };
}

/** Spans deeper than this are drawn as deep as this. */
export const deepest = 12;

function whyNone(reason: string | undefined): string {
  return reason === undefined
    ? "The target does not say where its traces are (`traces` in target.yaml)."
    : `The stack was asked for it before it ended: ${reason}.`;
}

/** Most spans take less than ten milliseconds. */
function preciseText(ms: Ms): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : latencyText(ms);
}
