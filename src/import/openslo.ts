// An SLO of OpenSLO (openslo/v1) as a steady state: what users see of it, in windows of a second. Nothing is disturbed.

import type { DataPath } from "../language/yaml-nodes.ts";
import { readYaml } from "../language/yaml-source.ts";
import { importedTimeoutMs, nothingYet, type Asked, type Condition, type Imported } from "./imported.ts";
import { readerOf, withUsers, type Reader } from "./reader.ts";
import { msPerValue } from "./time-metric.ts";
import { field, wordOf } from "./values.ts";

/** Twenty requests in a window: one that is unlucky is 0.05 of them, and two or three may be. */
const leastShare = 0.15;
/** Percentiles of users' times that twenty requests in a window can give. */
const percentiles: ReadonlyMap<number, string> = new Map([
  [0.5, "p50"],
  [0.95, "p95"],
]);

/** Reads one SLO. Never throws; a file that is none is a problem. */
export function readOpenSlo(text: string, file: string, asked: Asked): Imported {
  const source = readYaml(text, file);
  if (source.value === undefined) return { ...nothingYet, problems: source.problems };
  const [kind, version] = [wordOf(field(source.value, "kind")), wordOf(field(source.value, "apiVersion"))];
  if (kind !== "SLO" || version !== "openslo/v1") {
    const found = `${kind || "no kind"} of ${version || "no apiVersion"}`;
    const problem = { place: source.placeOf(["kind"]), found, expected: "SLO of openslo/v1, one in a file" };
    return { ...nothingYet, problems: [problem] };
  }
  const reader = readerOf(source, asked);
  const [metadata, spec] = [field(source.value, "metadata"), field(source.value, "spec")];
  noteOthers(source.value, [], ["apiVersion", "kind", "metadata", "spec"], reader);
  noteOthers(metadata, ["metadata"], ["name", "displayName"], reader);
  noteSpec(spec, reader);
  const objectives = field(spec, "objectives");
  const conditions = (Array.isArray(objectives) ? objectives : []).flatMap(
    (objective: unknown, index) => conditionOf({ objective, spec, path: ["spec", "objectives", index] }, reader) ?? [],
  );
  const name = wordOf(field(metadata, "displayName") ?? field(metadata, "name")) || "an SLO";
  reader.decide(
    "An SLO says what is normal, and nothing of faults: this is a control, whose disturbance is `nothing`.",
  );
  return {
    ...nothingYet,
    title: name,
    belief: `While nothing is broken, ${name} holds in every window, and the healer leaves the stack alone.`,
    tags: ["openslo"],
    conditions: conditions.length === 0 ? [] : withUsers(conditions, reader),
    undecided: reader.undecided,
    notes: reader.notes,
    problems: [],
  };
}

/** Whatever else stands in a map has no place here. */
function noteOthers(map: unknown, path: DataPath, read: readonly string[], reader: Reader): void {
  for (const key of Object.keys(Object(map) as object)) {
    if (!read.includes(key)) reader.note([...path, key], "dropped", key, "nothing here is like it");
  }
}

function noteSpec(spec: unknown, reader: Reader): void {
  noteOthers(
    spec,
    ["spec"],
    ["service", "indicator", "indicatorRef", "objectives", "timeWindow", "budgetingMethod"],
    reader,
  );
  if (field(spec, "timeWindow") !== undefined) {
    const because = "a trial takes a minute: it is judged in windows of a second, and no budget is spent over days";
    reader.note(["spec", "timeWindow"], "changed", "timeWindow", because);
  }
  const method = field(spec, "budgetingMethod");
  if (method === undefined) return;
  const isKept = method === "Timeslices";
  const because = isKept ? "each window is good or bad here, too" : "windows are counted here, not single requests";
  reader.note(["spec", "budgetingMethod"], isKept ? "kept" : "changed", wordOf(method), because);
}

interface Asking {
  readonly objective: unknown;
  readonly spec: unknown;
  readonly path: DataPath;
}

function conditionOf({ objective, spec, path }: Asking, reader: Reader): Condition | undefined {
  const indicator = field(objective, "indicator") ?? field(spec, "indicator");
  const ref = wordOf(field(objective, "indicatorRef") ?? field(spec, "indicatorRef"));
  const own = wordOf(field(field(indicator, "metadata"), "name"));
  const name = wordOf(field(objective, "displayName")) || own || wordOf(field(spec, "service")) || "objective";
  const drop = (because: string): undefined => {
    reader.note(path, "dropped", name, because);
  };
  noteOthers(objective, path, objectiveKeys, reader);
  if (indicator === undefined) return drop(`its indicator ${ref || "(none)"} stands in another file: put it inline`);
  const words = [own, wordOf(field(spec, "service"))].filter((word) => word !== "");
  const where = words.map((word) => reader.asked.map.get(word)).find((what) => what !== undefined);
  if (where !== "users") {
    const says = where === undefined ? "" : `, and ${where} is a service, of which users see nothing directly`;
    return drop(`does it count users' requests? --map ${words[0] ?? "INDICATOR"}=users${says}`);
  }
  const share = shareOf(objective);
  if (share === undefined) return drop("it has no target between 0 and 1, or targetPercent below 100");
  const became = field(field(indicator, "spec"), "thresholdMetric")
    ? timeOf(objective, indicator, share)
    : ratioOf(indicator, share);
  if ("why" in became) return drop(became.why);
  reader.note(path, "changed", name, became.changed);
  return { name, expression: became.expression };
}

const objectiveKeys: readonly string[] = [
  "displayName",
  "indicator",
  "indicatorRef",
  "op",
  "value",
  "target",
  "targetPercent",
];

type Became = { readonly expression: string; readonly changed: string } | { readonly why: string };

function shareOf(objective: unknown): number | undefined {
  const [target, percent] = [field(objective, "target"), field(objective, "targetPercent")];
  const share = typeof target === "number" ? target : typeof percent === "number" ? percent / 100 : Number.NaN;
  return share > 0 && share < 1 ? share : undefined;
}

/** Good or bad requests of all: those that fail here. */
function ratioOf(indicator: unknown, share: number): Became {
  const ratio = field(field(indicator, "spec"), "ratioMetric");
  if (field(ratio, "total") === undefined) return { why: "it tells no good or bad requests of a total" };
  if (/_bucket\b/.test(JSON.stringify([field(ratio, "good"), field(ratio, "bad")]))) {
    return { why: "its good requests are those that are fast enough, not all that are answered" };
  }
  const asked = Number((1 - share).toPrecision(6));
  const bound = Math.max(asked, leastShare);
  const wider =
    bound > asked ? `; ${asked} of twenty requests cannot be told from none, so that ${bound} was taken` : "";
  return {
    expression: `users.error_share <= ${bound}`,
    changed: `requests that fail as our own users see them, in each second${wider}`,
  };
}

/** A time below which that share of the requests must be. */
function timeOf(objective: unknown, indicator: unknown, share: number): Became {
  const [op, value] = [wordOf(field(objective, "op")), field(objective, "value")];
  if (op !== "lte" && op !== "lt") return { why: `${op || "no op"}: only times that must be short are known here` };
  if (typeof value !== "number" || value <= 0) return { why: "it has no value above 0" };
  const unit = msPerValue(field(field(field(field(indicator, "spec"), "thresholdMetric"), "metricSource"), "spec"));
  if ("why" in unit) return unit;
  const percentile = percentiles.get(share);
  if (percentile === undefined) {
    return { why: `twenty requests in a window tell ${[...percentiles.values()].join(" and ")}, not ${share * 100} %` };
  }
  const bound = Number((value * unit.ms).toPrecision(6));
  if (Math.round(bound) === 0) return { why: `its bound would be ${bound} ms, which is next to nothing` };
  if (bound >= importedTimeoutMs) {
    return { why: `a request is given up after ${importedTimeoutMs} ms, so that none would be above ${bound} ms` };
  }
  return {
    expression: `users.latency_${percentile} <= ${bound}`,
    changed: "times as our own users see them, from the intended send time on, in each second",
  };
}
