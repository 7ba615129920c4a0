// What `handleSummary` of a script is called with, in the shape that k6's documentation gives.

import { createHash } from "node:crypto";
import type { Ms } from "../../../core/units.ts";
import type { ThresholdEvent } from "../../../records/timeline/threshold.ts";
import type { ScriptOptions } from "../script/options.ts";
import type { MetricKind, Trending } from "../script/thresholds.ts";
import { valueOf, type Metrics } from "./metrics.ts";

interface CheckCount {
  readonly name: string;
  passes: number;
  fails: number;
}

/** Groups and their checks, in the order in which they were come to. */
export class Groups {
  readonly #checks = new Map<string, Map<string, CheckCount>>([["", new Map()]]);

  /** A group by its path (`::outer::inner`), with those that it lies in. */
  note(path: string): Map<string, CheckCount> {
    const known = this.#checks.get(path);
    if (known !== undefined) return known;
    this.note(path.slice(0, path.lastIndexOf("::")));
    const checks = new Map<string, CheckCount>();
    this.#checks.set(path, checks);
    return checks;
  }

  check(path: string, name: string, passed: boolean): void {
    const checks = this.note(path);
    const count = checks.get(name) ?? { name, passes: 0, fails: 0 };
    count[passed ? "passes" : "fails"] += 1;
    checks.set(name, count);
  }

  /** The group of that path, and all below it. */
  tree(path = ""): object {
    const below = [...this.#checks.keys()].filter((one) => one !== "" && one.slice(0, one.lastIndexOf("::")) === path);
    const checks = [...(this.#checks.get(path)?.values() ?? [])];
    return {
      name: path.slice(path.lastIndexOf("::") + 2),
      path,
      id: idOf(path),
      groups: below.map((one) => this.tree(one)),
      checks: checks.map((one) => ({ ...one, path: `${path}::${one.name}`, id: idOf(`${path}::${one.name}`) })),
    };
  }
}

/** As k6 makes them. */
function idOf(path: string): string {
  return createHash("md5").update(path).digest("hex");
}

interface Summed {
  readonly options: ScriptOptions;
  readonly metrics: Metrics;
  readonly groups: Groups;
  readonly outcomes: readonly ThresholdEvent[];
  /** The time of the load. */
  readonly spanMs: Ms;
}

/** Metrics without samples are left out, but for those with thresholds, as in k6. */
export function summaryOf({ options, metrics, groups, outcomes, spanMs }: Summed): object {
  const { trendStats, timeUnit } = options.summary;
  const own = [...options.metrics].map(([name, of]) => ({ name, ...of }));
  const sub = options.thresholds
    .filter(({ metric, base }) => metric !== base)
    .map(({ metric, base, kind }) => ({ name: metric, kind, isTime: options.metrics.get(base)?.isTime === true }));
  const all = new Map([...own, ...sub].map((one) => [one.name, one]));
  const shown = [...all.values()].flatMap(({ name, kind, isTime }) => {
    const samples = metrics.samplesOf(name);
    const of = outcomes.filter(({ metric }) => metric === name);
    if (samples.length === 0 && of.length === 0) return [];
    // A threshold that is open is none that holds.
    const thresholds = Object.fromEntries(
      of.map(({ expression, outcome }) => [expression, { ok: outcome === "pass" }]),
    );
    const values = valuesOf(samples, kind, trendStats, spanMs);
    const said = { type: kind, contains: isTime ? "time" : "default", values };
    return [[name, of.length === 0 ? said : { ...said, thresholds }] as const];
  });
  return {
    root_group: groups.tree(),
    options: { summaryTrendStats: trendStats.map(({ name }) => name), summaryTimeUnit: timeUnit, noColor: false },
    state: { isStdOutTTY: false, isStdErrTTY: false, testRunDurationMs: spanMs },
    metrics: Object.fromEntries(shown),
  };
}

function valuesOf(
  samples: readonly number[],
  kind: MetricKind,
  stats: readonly Trending[],
  spanMs: Ms,
): Readonly<Record<string, number>> {
  const value = (of: Trending["of"]): number => (samples.length === 0 ? 0 : valueOf(samples, { kind, of }, spanMs));
  switch (kind) {
    case "counter":
      return { count: value("count"), rate: value("rate") };
    case "gauge":
      return { value: value("value"), min: value("min"), max: value("max") };
    case "rate": {
      const passes = samples.filter((one) => one !== 0).length;
      return { rate: value("rate"), passes, fails: samples.length - passes };
    }
    default:
      return Object.fromEntries(stats.map(({ name, of }) => [name, of === "count" ? samples.length : value(of)]));
  }
}
