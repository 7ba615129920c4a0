// preset: a signal that a server exports to Prometheus, by the catalogue's name, in canonical units. What the target
// says of itself is believed only after it proved itself (metrics/prove.ts).

import { performance } from "node:perf_hooks";
import { z } from "zod";
import { parseDuration } from "../core/duration.ts";
import { suggestName } from "../core/nearest.ts";
import { probeKind } from "../core/probe-kind.ts";
import type { KeyProblem, Look, ProbeBase, ProbedSignal, ProbeSpec, WrittenOfAll } from "../core/probe-kind.ts";
import type { Ms } from "../core/units.ts";
import type { Reading } from "../records/timeline/reading.ts";
import { duration, kebab, path, words } from "../language/schema-parts.ts";
import { lookSignal, probeHeaders } from "./access.ts";
import { readingOf, type Metered } from "./metrics/measure.ts";
import { openMeter, type Meter } from "./metrics/meter.ts";
import { presetNamed, presetNames, rowsOf, signalsOf, watchedRows, whyNoPreset } from "./metrics/presets.ts";
import { readMetricPage } from "./metrics/read-page.ts";
import { UnreadableSeries } from "./metrics/snapshot.ts";

const versionWords = "a version such as 0.33.0";

const shape = {
  preset: words("Server and signal, such as vllm/ttft-p95.").meta({ examples: [...presetNames] }),
  version: z
    .string(versionWords)
    .regex(/^\d+(?:\.\d+)*$/, versionWords)
    .optional()
    .describe("Version of the server, where its names changed. Absent: the newest names."),
  path: path("Path of the page. Absent: the server's usual one.").optional(),
  headers: probeHeaders,
  over: duration("Counts and quantiles are of what came within this. Absent: 5s.").optional(),
  threshold: duration(
    "Of a quantile: what it will be compared with. Buckets that cannot tell on which side it lies give no reading.",
  ).optional(),
  model: words("Model that our own request asks for. Absent: the first that /v1/models names.").optional(),
  request_service: kebab("Service that our own request goes to. Absent: each replica is asked itself.").optional(),
};

interface PresetParams {
  readonly preset: string;
  readonly version?: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly overMs: Ms;
  /** In seconds. */
  readonly threshold?: number;
  readonly model?: string;
  readonly requestService?: string;
  readonly signal: ProbedSignal;
  readonly lagMs: Ms;
}

export type PresetSpec = ProbeBase & PresetParams;

type Written = z.infer<z.ZodObject<typeof shape>>;

/** A signal of a known server. */
export const preset = probeKind({
  kind: "preset",
  about: "a signal that a known server exports to Prometheus, such as `vllm/ttft-p95`, in s, requests or a share",
  shape,
  params: paramsOf,
  check: problemsOf,
  bounds: (spec) => {
    const isShare = presetNamed((spec as PresetSpec).preset)?.unit === "ratio";
    return isShare ? { lo: 0, hi: 1, isShare } : { lo: 0, hi: Infinity };
  },
  open: openPreset,
});

/** Of a target's probes, those of this kind. */
export function presetsAmong(specs: readonly ProbeSpec[]): readonly PresetSpec[] {
  return specs.filter((spec): spec is ProbeSpec & PresetSpec => spec.kind === preset.kind);
}

/** Stretch over which counts and quantiles are taken when nothing is said, ms. */
const usualOverMs: Ms = 5000;

function paramsOf(written: Written): PresetParams {
  const known = presetNamed(written.preset);
  const rows = known === undefined ? [] : rowsOf(known.server, signalsOf(known), written.version);
  const freshMs = Math.max(0, ...rows.map(({ fresh }) => fresh));
  const overMs = parseDuration(written.over ?? "") ?? usualOverMs;
  const thresholdMs = parseDuration(written.threshold ?? "");
  const isOverTime = known !== undefined && known.measure.kind !== "gauge" && known.measure.kind !== "stall";
  return {
    preset: written.preset,
    ...(written.version !== undefined && { version: written.version }),
    path: written.path ?? known?.server.endpoint ?? "/metrics",
    headers: written.headers ?? {},
    overMs,
    ...(thresholdMs !== undefined && { threshold: thresholdMs / 1000 }),
    ...(written.model !== undefined && { model: written.model }),
    ...(written.request_service !== undefined && { requestService: written.request_service }),
    signal: { preset: written.preset, freshMs },
    lagMs: freshMs + (isOverTime ? overMs : 0),
  };
}

function problemsOf(written: Written & WrittenOfAll, services: readonly string[]): KeyProblem[] {
  const problems: KeyProblem[] = [];
  const expected = whyNoPreset(written.preset);
  const known = presetNamed(written.preset);
  if (expected !== undefined || known === undefined) {
    problems.push({ key: "preset", found: `unknown preset "${written.preset}"`, expected: expected ?? "a preset" });
  } else {
    const wanted = signalsOf(known).filter((signal) => known.server.signals.some((row) => row.signal === signal));
    if (written.version !== undefined && rowsOf(known.server, wanted, written.version).length === 0) {
      const found = `version ${written.version}`;
      problems.push({ key: "version", found, expected: `a version that exports it (${known.server.seen} was seen)` });
    }
    if (written.threshold !== undefined && known.measure.kind !== "quantile") {
      const found = `a threshold beside ${written.preset}`;
      problems.push({ key: "threshold", found, expected: "no threshold: it speaks of quantiles" });
    }
    if (written.data === true && known.measure.kind !== "gauge") {
      const found = `data: true beside ${written.preset}`;
      problems.push({ key: "data", found, expected: "no data: it is no count of anything that could be lost" });
    }
  }
  const service = written.request_service;
  if (service !== undefined && !services.includes(service)) {
    const suggestion = suggestName(service, services);
    const problem = {
      key: "request_service",
      found: `unknown service "${service}"`,
      expected: "a service of this target",
    };
    problems.push(suggestion === undefined ? problem : { ...problem, suggestion });
  }
  return problems;
}

function openPreset(spec: PresetSpec): Look {
  const known = presetNamed(spec.preset);
  if (known === undefined) throw new RangeError(`no preset is called ${spec.preset}`);
  const rows = watchedRows(known, spec.version);
  const meters = new Map<string, Meter>();
  return async ({ access, signal }): Promise<Reading> => {
    const replicas = access.replicas(spec.service);
    if (replicas.length === 0) return { ok: false, reason: "no replica is known yet" };
    const inTime = lookSignal(signal, spec.timeoutMs);
    const seen = await Promise.all(
      replicas.map(async ({ replica, address }): Promise<Metered | string> => {
        const meter = meters.get(replica) ?? openMeter(rows, spec.overMs);
        meters.set(replica, meter);
        const read = await readMetricPage(`${address}${spec.path}`, { headers: spec.headers, signal: inTime });
        if (!read.ok) return `${replica}: ${read.says}`;
        try {
          meter.take(read.page, performance.now());
        } catch (error) {
          if (error instanceof UnreadableSeries) return `${replica}: ${error.message}`;
          throw error;
        }
        return { replica, meter };
      }),
    );
    const reason = seen.find((one) => typeof one === "string");
    if (reason !== undefined) return { ok: false, reason };
    const metered = seen.filter((one) => typeof one !== "string");
    const { overMs, threshold } = spec;
    return readingOf(known, metered, { now: performance.now(), overMs, ...(threshold !== undefined && { threshold }) });
  };
}
