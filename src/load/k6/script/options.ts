// `options` of a script: what is sent when. Read without running the script, so that a mistake is known before anything
// is started.

import type { Ms } from "../../../core/units.ts";
import { onceExports } from "./api.ts";
import type { Constant } from "./constants.ts";
import { Fields } from "./fields.ts";
import type { ScriptFault } from "./nodes.ts";
import { thresholdsOf, trendingOf, type KnownMetric, type Tags, type Threshold, type Trending } from "./thresholds.ts";
import { scenarioOf, type Scenario } from "./scenarios.ts";

/** What a script says of itself, as a plan. */
export interface ScriptOptions {
  readonly scenarios: readonly Scenario[];
  readonly thresholds: readonly Threshold[];
  /** Of every sample. */
  readonly tags: Tags;
  /** How long these may take; absent: the script has none. */
  readonly once: { readonly [Name in (typeof onceExports)[number]]?: Ms };
  /** What `handleSummary` is told of trends, and in which unit people want times. */
  readonly summary: { readonly trendStats: readonly Trending[]; readonly timeUnit: string };
  /** The runtime's metrics, and those that the script makes. */
  readonly metrics: ReadonlyMap<string, KnownMetric>;
}

/** As in k6, ms. */
const onceMs = { setup: 60_000, teardown: 60_000, handleSummary: 120_000 } as const;
const usualStats = ["avg", "min", "med", "max", "p(90)", "p(95)"];
/** A trial waits for them, and people for the trial. */
const longestOnceMs: Ms = 600_000;

/** What options may name. */
interface Known {
  /** Exported functions. */
  readonly functions: ReadonlySet<string>;
  readonly metrics: ReadonlyMap<string, KnownMetric>;
}

/** Reads them; what is wrong is reported, and what is returned then is of no use. */
export function optionsOf(
  constant: Constant,
  { functions, metrics }: Known,
  report: (fault: ScriptFault) => void,
): ScriptOptions {
  const fields = new Fields(constant, "options", report);
  const written = fields.object("scenarios");
  const scenarios = (written?.all ?? []).flatMap(
    ([name, { constant: one }]) =>
      scenarioOf(name, new Fields(one, `options.scenarios.${name}`, report), functions) ?? [],
  );
  if (written === undefined) fields.lacks("scenarios");
  else if (written.all.length === 0) fields.lacks("scenarios.NAME");
  const thresholds = thresholdsOf(fields.object("thresholds"), metrics, report);
  const tags = fields.texts("tags");
  // Read where the script runs.
  fields.boolean("noCookiesReset");
  const once = onceOf(fields, functions);
  const summary = summaryOf(fields);
  fields.refuseRest();
  return { scenarios, thresholds, tags, once, summary, metrics };
}

function summaryOf(fields: Fields): ScriptOptions["summary"] {
  const names = fields.list("summaryTrendStats") ?? usualStats;
  const trendStats = names.flatMap((name) => trendingOf(name) ?? []);
  const stats = fields.entry("summaryTrendStats");
  if (stats !== undefined && trendStats.length < names.length)
    fields.wrong(stats, "avg, min, med, max, count or p(N), from 0 to 100");
  const timeUnit = fields.text("summaryTimeUnit") ?? "";
  const unit = fields.entry("summaryTimeUnit");
  if (unit !== undefined && !["s", "ms", "us"].includes(timeUnit)) fields.wrong(unit, "s, ms or us");
  return { trendStats, timeUnit };
}

function onceOf(fields: Fields, functions: ReadonlySet<string>): ScriptOptions["once"] {
  const limits = onceExports.map((name) => {
    const key = `${name}Timeout`;
    const limitMs = fields.duration(key, 1);
    const entry = fields.entry(key);
    if (entry !== undefined && (limitMs ?? 0) > longestOnceMs) fields.wrong(entry, "10m at most");
    if (entry !== undefined && !functions.has(name))
      fields.wrong(entry, `\`export function ${name}\`, or no limit of it`);
    return functions.has(name) ? [[name, limitMs ?? onceMs[name]]] : [];
  });
  return Object.fromEntries(limits.flat()) as ScriptOptions["once"];
}
