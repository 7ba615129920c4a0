// What a trial's page says of the load: what became of it, and how long users waited. Named streams follow the default
// stream, each with its name.

import { shareText } from "../core/text.ts";
import type { TrialFacts } from "../records/facts/facts.ts";
import type { StreamFacts } from "../records/facts/load.ts";
import type { Row } from "./conduct-rows.ts";
import { decimalText, latencyText, percentileText } from "./figures.ts";
import { errorWords, noteWords } from "./reasons.ts";
import { figure, type Figure } from "./shown.ts";

export interface LatencyRow {
  readonly name: string;
  readonly baseline: Figure;
  readonly disturbed: Figure;
}

/** One stream, where its facts stand in the run's file, and how its rows are named. */
interface Stream {
  readonly facts: StreamFacts;
  readonly path: string;
  readonly of: string;
}

function streamsIn({ load }: TrialFacts, path: string): readonly Stream[] {
  const named = Object.entries(load.streams ?? {}).map(([name, facts]) => ({
    facts,
    path: `${path}.facts.load.streams.${name}`,
    of: `${name}: `,
  }));
  return [{ facts: load, path: `${path}.facts.load`, of: "" }, ...named];
}

/** What became of the requests, and what that cost of the budget. */
export function loadRows(facts: TrialFacts, path: string): readonly Row[] {
  const rows = [...streamsIn(facts, path).flatMap(streamRows), ...clockRows(facts, path)];
  const { burn } = facts;
  if (!burn) return rows;
  const note = `(${decimalText(burn.bad)} bad of ${decimalText(burn.expected)} expected) ÷ (1 − ${burn.slo})`;
  const burnt = figure(`${path}.facts.burn.burn`, burn.burn, `${decimalText(burn.burn)} ×`);
  return [...rows, { name: "error budget burnt", figure: burnt, note }];
}

/** Where another machine sent them. */
function clockRows({ load: { clockMs } }: TrialFacts, path: string): readonly Row[] {
  if (clockMs === undefined) return [];
  const known = figure(`${path}.facts.load.clockMs`, clockMs, latencyText(clockMs));
  return [{ name: "times of who sent them, known to", figure: known, note: "marks of users are widened by it" }];
}

function streamRows({ facts, path, of }: Stream): readonly Row[] {
  const row = (key: keyof StreamFacts, name: string, text: string, note = ""): Row => ({
    name: of + name,
    figure: figure(`${path}.${key}`, facts[key], text),
    note,
  });
  return [
    row("expected", "requests planned", String(facts.expected)),
    row("answered", "answered", String(facts.answered), noteWords(facts)),
    row("errors", "errors", String(facts.errors), errorWords(facts)),
    row("unsent", "never sent by us", String(facts.unsent), "counts as failed"),
    row("lateSendShare", "sent late by us", shareText(facts.lateSendShare), "more than 5 ms after the intended time"),
    ...stepRows({ facts, path, of }),
    row("lagMaxMs", "worst lag of our schedule", latencyText(facts.lagMaxMs)),
  ];
}

/** Each step of sessions, by who takes it. */
function stepRows({ facts, path, of }: Stream): readonly Row[] {
  return Object.entries(facts.steps ?? {}).map(([name, { expected, answered, errors, notReached }]) => ({
    name: `${of}step ${name}`,
    figure: figure(`${path}.steps.${name}.answered`, answered, `${answered} of ${expected} answered`),
    note: [
      ...(errors > 0 ? [`${errors} failed`] : []),
      ...(notReached > 0 ? [`${notReached} not reached: a step before failed`] : []),
    ].join(", "),
  }));
}

/** Users' latency before and under the disturbance. */
export function latencyRows(facts: TrialFacts, path: string): readonly LatencyRow[] {
  return streamsIn(facts, path).flatMap((stream) => [
    { name: `${stream.of}samples`, ...both((key) => samples(stream, key)) },
    ...(["p50", "p95", "p99"] as const).map((name) => ({
      name: stream.of + name,
      ...both((key) => cell(stream, key, name)),
    })),
  ]);
}

type Stretch = "baselineLatency" | "disturbedLatency";

function both(of: (key: Stretch) => Figure): Pick<LatencyRow, "baseline" | "disturbed"> {
  return { baseline: of("baselineLatency"), disturbed: of("disturbedLatency") };
}

function samples({ facts, path }: Stream, key: Stretch): Figure {
  const count = facts[key].samples;
  return figure(`${path}.${key}.samples`, count, String(count));
}

function cell({ facts, path }: Stream, key: Stretch, name: "p50" | "p95" | "p99"): Figure {
  return figure(`${path}.${key}.${name}`, facts[key][name], percentileText(facts[key], name));
}
