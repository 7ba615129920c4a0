// A run as metrics: gauges with labels, for the textfile collector of Prometheus' node exporter and for OTLP. Base
// units and names after Prometheus' rules; what a run does not know it does not say.

import type { IntentDigest, RunDigest } from "../core/digest.ts";
import type { TimeSummary } from "../records/results/summaries.ts";
import { armNames } from "../core/arms.ts";
import { visible } from "./text.ts";

/** One value, by the names of its labels. */
interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A gauge. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  /** As UCUM writes it, for OTLP. */
  readonly unit: string;
  readonly samples: readonly MetricSample[];
}

const outcomes = ["pass", "fail", "residue", "inconclusive", "invalid"] as const;

/** Those with at least one sample. */
export function metricsOf(run: RunDigest): readonly Metric[] {
  return [...runMetrics(run), ...intentMetrics(run), ...scoreMetrics(run)].filter(({ samples }) => samples.length > 0);
}

function runMetrics(run: RunDigest): readonly Metric[] {
  const labels = { suite: run.suite ?? "", version: run.harness.version };
  const ended = Date.parse(run.endedAt) / 1000;
  const took = ended - Date.parse(run.startedAt) / 1000;
  const done = run.intents.reduce((sum, { trials }) => sum + trials.length, 0);
  const { instrument } = run.machine;
  return [
    gauge("rebound_run_info", "The run; always 1.", "1", [{ labels: { ...labels, run: run.runId }, value: 1 }]),
    gauge("rebound_run_ended_timestamp_seconds", "When the run ended, since 1970.", "s", known(ended)),
    gauge("rebound_run_duration_seconds", "How long the run took.", "s", known(took)),
    gauge("rebound_run_interrupted", "1: it was ended early, and is not whole.", "1", known(run.interrupted ? 1 : 0)),
    gauge("rebound_run_outcome", "1 for the outcome of the run, 0 for the others.", "1", oneOf(run.outcome, {})),
    gauge("rebound_run_trials", "Trials of the run.", "{trial}", [
      { labels: { state: "planned" }, value: run.planned },
      { labels: { state: "done" }, value: done },
    ]),
    gauge(
      "rebound_harness_ceiling_requests_per_second",
      "What the harness kept before the first trial, on a target that does nothing.",
      "{request}/s",
      instrument?.ok === true ? known(instrument.ceilingPerSecond) : [],
    ),
  ];
}

function known(value: number): readonly MetricSample[] {
  return Number.isFinite(value) ? [{ labels: {}, value }] : [];
}

function oneOf(is: string, labels: MetricSample["labels"]): readonly MetricSample[] {
  return outcomes.map((outcome) => ({ labels: { ...labels, outcome }, value: outcome === is ? 1 : 0 }));
}

function intentMetrics({ intents, triage = [] }: RunDigest): readonly Metric[] {
  const each = (samplesOf: (intent: IntentDigest, labels: MetricSample["labels"]) => readonly MetricSample[]) =>
    intents.flatMap((intent) => samplesOf(intent, { target: intent.target, intent: intent.intent }));
  const time = (name: "mttd" | "mttr" | "ttm"): readonly MetricSample[] =>
    each((intent, labels) => timeSamples(intent[name], labels));
  const kinds = [...new Set(triage.map(({ kind }) => kind))];
  return [
    gauge("rebound_intent_outcome", "1 for the outcome of the intent, 0 for the others.", "1", [
      ...each(({ outcome }, labels) => oneOf(outcome, labels)),
    ]),
    gauge("rebound_trials", "Judged trials.", "{trial}", each(trialSamples)),
    gauge(
      "rebound_time_to_detect_seconds",
      "MTTD = t2 - t0 over treatment trials; bound: estimate, lower, upper.",
      "s",
      time("mttd"),
    ),
    gauge(
      "rebound_time_to_recover_seconds",
      "MTTR = t6 - t0 over treatment trials; bound: estimate, lower, upper.",
      "s",
      time("mttr"),
    ),
    gauge(
      "rebound_time_to_mitigate_seconds",
      "TTM = t5 - t1 over treatment trials; bound: estimate, lower, upper.",
      "s",
      time("ttm"),
    ),
    gauge(
      "rebound_recovery_ratio",
      "Treatment trials that recovered for good, of those that count; bound: estimate, lower, upper.",
      "1",
      each(rateSamples),
    ),
    gauge(
      "rebound_triaged_trials",
      "Trials that did not pass, by where they belong.",
      "{trial}",
      kinds.map((kind) => ({ labels: { kind }, value: triage.filter((line) => line.kind === kind).length })),
    ),
  ];
}

/** Of a single trial its span; of several the median. What never was has no estimate, only a lower bound. */
function timeSamples(time: TimeSummary | undefined, labels: MetricSample["labels"]): readonly MetricSample[] {
  const { ms, lo, hi } = time?.single ?? time?.median ?? {};
  const bounds = [
    ["estimate", ms],
    ["lower", lo],
    ["upper", hi],
  ] as const;
  return bounds.flatMap(([bound, value]) =>
    value === undefined ? [] : [{ labels: { ...labels, bound }, value: value / 1000 }],
  );
}

function trialSamples({ trials }: IntentDigest, labels: MetricSample["labels"]): readonly MetricSample[] {
  return armNames.flatMap((arm) => {
    const ofArm = trials.filter(({ plan }) => plan.arm === arm);
    return outcomes.flatMap((outcome) => {
      const value = ofArm.filter(({ verdict }) => verdict.outcome === outcome).length;
      return value === 0 ? [] : [{ labels: { ...labels, arm, outcome }, value }];
    });
  });
}

function rateSamples({ recoveryRate }: IntentDigest, labels: MetricSample["labels"]): readonly MetricSample[] {
  if (recoveryRate === undefined || recoveryRate.of === 0) return [];
  const { recovered, of, lo, hi } = recoveryRate;
  return [
    { labels: { ...labels, bound: "estimate" }, value: recovered / of },
    { labels: { ...labels, bound: "lower" }, value: lo },
    { labels: { ...labels, bound: "upper" }, value: hi },
  ];
}

function scoreMetrics({ scorecard }: RunDigest): readonly Metric[] {
  if (scorecard === undefined) return [];
  const { pathways, coverage, freshness } = scorecard;
  const scored = pathways.flatMap(({ target, pathway, score }) =>
    score === undefined
      ? []
      : [
          { labels: { target, pathway, kind: "proven" }, value: score.proven },
          { labels: { target, pathway, kind: "earned" }, value: score.points },
        ],
  );
  const share = (part: number): readonly MetricSample[] => known(part / coverage.declared);
  return [
    gauge(
      "rebound_pathway_score_points",
      "Recovery score of a pathway, 0 to 100; kind: proven, earned.",
      "{point}",
      scored,
    ),
    gauge("rebound_coverage_ratio", "Declared pathways with evidence in this run.", "1", share(coverage.withEvidence)),
    gauge(
      "rebound_fresh_ratio",
      "Declared pathways with young evidence, here or in earlier runs.",
      "1",
      share(freshness.fresh),
    ),
  ];
}

function gauge(name: string, help: string, unit: string, samples: readonly MetricSample[]): Metric {
  return { name, help, unit, samples };
}

/** Prometheus' text format 0.0.4. Labels lose what could act on a terminal. */
export function metricsText(metrics: readonly Metric[]): string {
  const lines = metrics.flatMap(({ name, help, samples }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}`),
  ]);
  return `${lines.join("\n")}\n`;
}

function labelText(labels: MetricSample["labels"]): string {
  const texts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(visible(value))}"`);
  return texts.length === 0 ? "" : `{${texts.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
