// A run as OTLP/HTTP JSON: its metrics, and each trial as a trace. 64-bit times are texts and ids are hexadecimal, as
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding says.

import type { RunDigest } from "../core/digest.ts";
import { trialName } from "../core/plan.ts";
import { hash32 } from "../core/random.ts";
import type { Ms } from "../core/units.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";
import { metricsOf } from "./metrics.ts";
import { markOrder } from "./plot-marks.ts";
import { lanesOf } from "./story-lanes.ts";
import { visible } from "./text.ts";
import { markNames } from "./words.ts";

type Value = string | number | boolean;

const [kindInternal, statusOk, statusError] = [1, 1, 2];

function attributes(of: Readonly<Record<string, Value>>): readonly object[] {
  return Object.entries(of).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: Value): object {
  if (typeof value === "boolean") return { boolValue: value };
  return typeof value === "number" ? { doubleValue: value } : { stringValue: visible(value) };
}

function resource({ harness }: RunDigest): object {
  return { attributes: attributes({ "service.name": "rebound", "service.version": harness.version }) };
}

const scope = { name: "rebound" };

/** ms since 1970 as ns. */
function nanoseconds(ms: Ms): string {
  return `${Math.round(ms * 1000)}000`;
}

/** Body for `/v1/metrics`: gauges at the end of the run. */
export function otlpMetrics(run: RunDigest): object {
  const timeUnixNano = nanoseconds(Date.parse(run.endedAt));
  const metrics = metricsOf(run).map(({ name, help, unit, samples }) => ({
    name,
    description: help,
    unit,
    gauge: {
      dataPoints: samples.map(({ labels, value }) => ({
        attributes: attributes(labels),
        timeUnixNano,
        asDouble: value,
      })),
    },
  }));
  return { resourceMetrics: [{ resource: resource(run), scopeMetrics: [{ scope, metrics }] }] };
}

interface Span {
  readonly name: string;
  readonly from: Ms;
  readonly to: Ms;
  readonly attributes?: Readonly<Record<string, Value>>;
}

/**
 * Body for `/v1/traces`: the trial as the root, its phases, faults and the healer's actions below it, marks and claims
 * as events. Undefined for a trial of before the time of its epoch was kept.
 */
export function otlpTrace(run: RunDigest, trial: TrialResult, timeline: readonly TimelineEvent[]): object | undefined {
  const epoch = Date.parse(
    timeline.flatMap((event) => (event.kind === "phase" ? (event.epochTime ?? []) : []))[0] ?? "",
  );
  if (!Number.isFinite(epoch)) return undefined;
  const name = `${run.runId} ${trialName(trial.plan)}`;
  const traceId = hexOf(`trace ${name}`, 4);
  const end = timeline.reduce((latest, { at }) => Math.max(latest, at), 0);
  const time = (ms: Ms): string => nanoseconds(epoch + Math.min(Math.max(0, ms), end));
  const lanes = lanesOf(trial, timeline);
  const children = [...phaseSpans(timeline, end), ...laneSpans(lanes)];
  const rootId = hexOf(`root ${name}`, 2);
  const { plan, verdict } = trial;
  const root = {
    traceId,
    spanId: rootId,
    name: `trial ${visible(trialName(plan))}`,
    kind: kindInternal,
    startTimeUnixNano: time(0),
    endTimeUnixNano: time(end),
    attributes: attributes({
      "rebound.run": run.runId,
      "rebound.intent": plan.intent,
      "rebound.target": plan.target,
      "rebound.arm": plan.arm,
      "rebound.trial": plan.index,
      "rebound.seed": plan.seed,
      "rebound.outcome": verdict.outcome,
    }),
    events: [...markEvents(trial), ...claimEvents(lanes)].map(({ at, ...event }) => ({
      ...event,
      timeUnixNano: time(at),
    })),
    status: { code: verdict.outcome === "pass" ? statusOk : statusError },
  };
  const spans = children.map((span, index) => ({
    traceId,
    spanId: hexOf(`span ${index} ${name}`, 2),
    parentSpanId: rootId,
    name: visible(span.name),
    kind: kindInternal,
    startTimeUnixNano: time(span.from),
    endTimeUnixNano: time(Math.max(span.from, span.to)),
    attributes: attributes(span.attributes ?? {}),
  }));
  return { resourceSpans: [{ resource: resource(run), scopeSpans: [{ scope, spans: [root, ...spans] }] }] };
}

/** `words` times 32 bits of a name, in hexadecimal: the same trial has the same ids, however often it is sent. */
function hexOf(text: string, words: number): string {
  return Array.from({ length: words }, (_, index) =>
    (hash32(`${index} ${text}`) >>> 0).toString(16).padStart(8, "0"),
  ).join("");
}

/** Each phase lasts until the next one begins. */
function phaseSpans(timeline: readonly TimelineEvent[], end: Ms): readonly Span[] {
  const phases = timeline.flatMap((event) => (event.kind === "phase" ? [event] : []));
  return phases
    .filter(({ phase }) => phase !== "done")
    .map(({ at, phase }, index) => ({ name: `phase ${phase}`, from: at, to: phases[index + 1]?.at ?? end }));
}

/** What lasted: faults and actions. */
function laneSpans(lanes: ReturnType<typeof lanesOf>): readonly Span[] {
  return lanes.flatMap(({ kind, entries }) =>
    entries.flatMap(({ from, to, label, by }): readonly Span[] =>
      to === null ? [] : [{ name: `${kind === "faults" ? "fault" : "action"} ${label}`, from, to, attributes: { by } }],
    ),
  );
}

interface At {
  readonly at: Ms;
  readonly name: string;
  readonly attributes: readonly object[];
}

function markEvents({ facts }: TrialResult): readonly At[] {
  return markOrder.flatMap((mark): readonly At[] => {
    const at = facts.marks[mark];
    if (at === undefined) return [];
    const bounds = attributes({ "rebound.not_before_ms": at.lo, "rebound.not_after_ms": at.hi });
    return [{ at: at.at, name: `${mark} ${markNames[mark]}`, attributes: bounds }];
  });
}

/** What was said or seen in a moment. */
function claimEvents(lanes: ReturnType<typeof lanesOf>): readonly At[] {
  return lanes.flatMap(({ entries }) =>
    entries.flatMap(({ from, to, label, by }): readonly At[] =>
      to === null ? [{ at: from, name: visible(label), attributes: attributes({ by }) }] : [],
    ),
  );
}
