// A run as metrics: true to run.json, silent on what is not known, and well-formed whatever the words are.

import { describe, expect, test } from "vitest";
import { metricsOf, metricsText } from "../../../src/report/metrics.ts";
import { otlpMetrics, otlpTrace } from "../../../src/report/otlp.ts";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";
import { trialName } from "../../../src/core/plan.ts";
import { hostile, passingRun, sampleRun } from "../../builders/sample-run.ts";

const { run } = sampleRun();
const valueOf = (name: string, labels: Readonly<Record<string, string>>): number | undefined =>
  metricsOf(run)
    .find((metric) => metric.name === name)
    ?.samples.find((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))?.value;

describe("metrics of a run", () => {
  test("are what run.json says, in base units", () => {
    const [good] = run.intents;
    const { ms = Number.NaN, lo, hi } = good?.mttr?.single ?? {};
    const of = { intent: "process/replica-kill" };
    expect(valueOf("rebound_time_to_recover_seconds", { ...of, bound: "estimate" })).toBe(ms / 1000);
    expect(valueOf("rebound_time_to_recover_seconds", { ...of, bound: "lower" })).toBe((lo ?? Number.NaN) / 1000);
    expect(valueOf("rebound_time_to_recover_seconds", { ...of, bound: "upper" })).toBe((hi ?? Number.NaN) / 1000);
    expect(valueOf("rebound_intent_outcome", { ...of, outcome: "pass" })).toBe(1);
    expect(valueOf("rebound_intent_outcome", { ...of, outcome: "fail" })).toBe(0);
    expect(valueOf("rebound_trials", { ...of, arm: "ablation", outcome: "pass" })).toBe(1);
    expect(valueOf("rebound_run_trials", { state: "planned" })).toBe(run.planned);
    expect(valueOf("rebound_run_ended_timestamp_seconds", {})).toBe(Date.parse(run.endedAt) / 1000);
  });

  test("say nothing of a time that was never measured", () => {
    const never = { intent: "data/vector-index-corruption", bound: "estimate" };
    expect(valueOf("rebound_time_to_recover_seconds", never)).toBeUndefined();
    expect(valueOf("rebound_harness_ceiling_requests_per_second", {})).toBeUndefined();
  });

  test("are text that a reader of Prometheus' format takes, with words that try to break out", () => {
    const bad = { ...run, suite: `${hostile}\n# TYPE x counter\nx 1 \\ "` };
    const lines = metricsText(metricsOf(bad)).trimEnd().split("\n");
    const sample = /^[a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\n"])*"(?:,|(?=\})))+\})? -?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/;
    const odd = lines.filter((line) => !/^# (HELP|TYPE) [a-z_]+ ./.test(line) && !sample.test(line));
    expect(odd).toEqual([]);
    expect(lines.filter((line) => line.startsWith("x "))).toEqual([]);
  });
});

describe("a run as OTLP", () => {
  test("has the same gauges, at the end of the run", () => {
    const { resourceMetrics } = otlpMetrics(run) as {
      resourceMetrics: { scopeMetrics: { metrics: { name: string; gauge: { dataPoints: object[] } }[] }[] }[];
    };
    const sent = resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];
    expect(sent.map(({ name, gauge }) => [name, gauge.dataPoints.length])).toEqual(
      metricsOf(run).map(({ name, samples }) => [name, samples.length]),
    );
    expect(sent[0]?.gauge.dataPoints[0]).toMatchObject({
      timeUnixNano: `${Date.parse(run.endedAt)}000000`,
      asDouble: 1,
    });
  });

  test("has a trace for each trial whose epoch is known: root, phases, faults and actions inside it, marks as events", () => {
    const passing = passingRun();
    const [trial] = passing.run.intents.flatMap(({ trials }) => trials);
    if (trial === undefined) expect.fail();
    const record = passing.records.find(({ plan }) => trialName(plan) === trialName(trial.plan));
    const epochTime = "2026-11-22T02:31:00.000Z";
    const timeline = (record?.timeline ?? []).map((event): TimelineEvent =>
      event.kind === "phase" && event.phase === "boot" ? { ...event, epochTime } : event,
    );
    expect(otlpTrace(passing.run, trial, record?.timeline ?? [])).toBeUndefined();
    const body = otlpTrace(passing.run, trial, timeline) as {
      resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
    };
    const [root, ...children] = body.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
    if (root === undefined) expect.fail();
    expect(root).toMatchObject({ name: "trial process/replica-kill treatment-1", status: { code: 1 } });
    expect(root.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(root.startTimeUnixNano).toBe(`${Date.parse(epochTime)}000000`);
    expect(root.events?.map(({ name }) => name)).toContain("t6 recovered");
    expect(new Set([root, ...children].map(({ spanId }) => spanId)).size).toBe(1 + children.length);
    expect(children.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["phase baseline", "fault process.kill on inference-2"]) as string[],
    );
    for (const span of children) {
      expect(span).toMatchObject({ traceId: root.traceId, parentSpanId: root.spanId });
      const [from, to] = [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)];
      expect(from >= BigInt(root.startTimeUnixNano) && from <= to && to <= BigInt(root.endTimeUnixNano)).toBe(true);
    }
  });
});

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly events?: readonly { readonly name: string }[];
}
