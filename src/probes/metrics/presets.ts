// The presets that follow from the catalogue: `vllm/ttft-p95` is the 95 % quantile of what vLLM's row `ttft` says.

import { nearest } from "../../core/nearest.ts";
import type { Share } from "../../core/units.ts";
import { metricCatalogue, type MetricRow, type MetricServer } from "./catalogue.ts";

/** How a reading follows from rows. `rows` are those of the newest names, or of the version asked for. */
export type Measure =
  | { readonly kind: "gauge"; readonly signal: string }
  | { readonly kind: "quantile"; readonly signal: string; readonly share: Share }
  | { readonly kind: "mean"; readonly signal: string }
  | { readonly kind: "per-second"; readonly signal: string }
  | { readonly kind: "failure-share" }
  | { readonly kind: "stall" };

export interface Preset {
  /** `<server>/<what>`. */
  readonly name: string;
  readonly server: MetricServer;
  readonly measure: Measure;
  readonly unit: "s" | "ratio" | "count";
}

const gauges = ["running", "waiting", "kv-use"];
const times = ["ttft", "inter-token", "e2e"];
const counts = ["success", "failure", "gave-up", "preemptions", "prompt-tokens", "generation-tokens", "progress"];
const shares: Readonly<Record<string, Share>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };
/** Any of these that rises is a sign that work goes on. */
export const progressSignals: readonly string[] = "ttft e2e success failure gave-up generation-tokens progress".split(
  " ",
);

function presetsOf(server: MetricServer): Preset[] {
  // What no request of ours can move cannot be proved, and is no preset.
  if (server.request === "none") return [];
  const rows = server.signals.filter(({ effects, upTo }) => effects === undefined && upTo === undefined);
  const rowOf = (signal: string): MetricRow | undefined => rows.find((row) => row.signal === signal);
  const preset = (what: string, measure: Measure, unit: Preset["unit"]): Preset => ({
    name: `${server.server}/${what}`,
    server,
    measure,
    unit,
  });
  const ofGauges = gauges.flatMap((signal) => {
    const row = rowOf(signal);
    return row === undefined ? [] : [preset(signal, { kind: "gauge", signal }, row.unit)];
  });
  const ofTimes = times.flatMap((signal) => {
    const row = rowOf(signal);
    if (row?.type !== "histogram") return [];
    const quantiles = Object.entries(shares).map(([name, share]) =>
      preset(`${signal}-${name}`, { kind: "quantile", signal, share }, "s"),
    );
    return row.sum === "observed" ? [...quantiles, preset(`${signal}-mean`, { kind: "mean", signal }, "s")] : quantiles;
  });
  const ofCounts = counts.flatMap((signal) =>
    rowOf(signal) === undefined ? [] : [preset(`${signal}-per-second`, { kind: "per-second", signal }, "count")],
  );
  const has = (signal: string): boolean => rowOf(signal) !== undefined;
  return [
    ...ofGauges,
    ...ofTimes,
    ...ofCounts,
    ...(has("success") && has("failure") ? [preset("failure-share", { kind: "failure-share" }, "ratio")] : []),
    ...(has("running") ? [preset("stall", { kind: "stall" }, "s")] : []),
  ];
}

const byName: ReadonlyMap<string, Preset> = new Map(
  metricCatalogue.flatMap(presetsOf).map((preset) => [preset.name, preset]),
);

/** All names, in order of the catalogue. */
export const presetNames: readonly string[] = [...byName.keys()];

export function presetNamed(name: string): Preset | undefined {
  return byName.get(name);
}

const units = { s: "s", ratio: "share", count: "count" } as const;

/** What each preset reads: its unit, how old it may be, and what is counted; printed by `rebound list presets`. */
export function presetTexts(): (readonly [name: string, says: string])[] {
  return [...byName.values()].map((preset) => {
    const rows = rowsOf(preset.server, signalsOf(preset));
    const freshMs = Math.max(...rows.map(({ fresh }) => fresh));
    const old = freshMs > 0 ? [`up to ${freshMs / 1000} s old`] : [];
    const counts = preset.measure.kind === "stall" ? undefined : rows[0]?.counts;
    return [preset.name, [units[preset.unit], ...old, ...(counts ? [counts] : [])].join("; ")];
  });
}

/** Rows that a preset reads, of the names that were in use in `version` (absent: the newest). */
export function rowsOf({ signals }: MetricServer, wanted: readonly string[], version?: string): readonly MetricRow[] {
  return signals.filter((row) => wanted.includes(row.signal) && row.effects === undefined && isOf(row, version));
}

/** The signals that a preset's reading rests on. */
export function signalsOf({ measure }: Preset): readonly string[] {
  if (measure.kind === "failure-share") return ["success", "failure"];
  return measure.kind === "stall" ? ["running", "waiting", ...progressSignals] : [measure.signal];
}

/** All rows that a preset's meter watches: those of its reading, and whatever else shows that the server is alive. */
export function watchedRows(preset: Preset, version?: string): readonly MetricRow[] {
  return rowsOf(preset.server, [...signalsOf(preset), ...progressSignals, "prompt-tokens"], version);
}

function isOf({ since, upTo }: MetricRow, version: string | undefined): boolean {
  if (version === undefined) return upTo === undefined;
  return (since === undefined || compare(version, since) >= 0) && (upTo === undefined || compare(version, upTo) <= 0);
}

function compare(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => text.split(".").map(Number));
  for (let index = 0; index < Math.max(a?.length ?? 0, b?.length ?? 0); index += 1) {
    const gap = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (gap !== 0) return gap;
  }
  return 0;
}

/** Why there is no preset of this name, and what there is; undefined when there is one. */
export function whyNoPreset(name: string): string | undefined {
  if (byName.has(name)) return undefined;
  const near = nearest(name, presetNames);
  const [serverName = "", what = ""] = name.split("/");
  const server = metricCatalogue.find((one) => one.server === serverName);
  if (server === undefined) {
    const servers = [...new Set(presetNames.map((known) => known.slice(0, known.indexOf("/"))))];
    const meant = near ?? withServer(nearest(serverName, servers), what);
    return `a preset such as vllm/ttft-p95${meant === undefined ? "" : `; did you mean "${meant}"?`} (servers known: ${servers.join(", ")})`;
  }
  if (server.endpoint === null) return `a preset of another server: ${serverName} has ${server.needs}`;
  if (server.request === "none") return `another kind of probe: no request of ours can prove what ${serverName} says`;
  const own = presetNames.filter((known) => known.startsWith(`${serverName}/`));
  if (what.endsWith("-mean") && own.includes(`${serverName}/${what.replace("-mean", "-p50")}`)) {
    return `a quantile: the _sum of ${serverName} is made up from bucket middles, so there is no mean`;
  }
  const short = own.map((known) => known.slice(serverName.length + 1)).join(", ");
  return `a preset of ${serverName}${near === undefined ? "" : `; did you mean "${near}"?`} (known: ${short})`;
}

function withServer(server: string | undefined, what: string): string | undefined {
  const name = `${server ?? ""}/${what}`;
  return byName.has(name) ? name : undefined;
}
