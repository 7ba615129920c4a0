// `options` of a script: what is sent when. Read without running the script, so that a mistake is known before anything
// is started.

import type { Ms } from "../../../core/units.ts";
import { onceExports } from "./api.ts";
import type { Constant } from "./constants.ts";
import { Fields } from "./fields.ts";
import type { ScriptFault } from "./nodes.ts";
import { thresholdsOf, type MetricKind, type Tags, type Threshold } from "./thresholds.ts";
import { scenarioOf, type Scenario } from "./scenarios.ts";

/** What a script says of itself, as a plan. */
export interface ScriptOptions {
  readonly scenarios: readonly Scenario[];
  readonly thresholds: readonly Threshold[];
  /** Of every sample. */
  readonly tags: Tags;
  /** How long these may take; absent: the script has none. */
  readonly once: { readonly setup?: Ms; readonly teardown?: Ms };
}

/** As in k6, ms. */
const onceMs: Ms = 60_000;
/** A trial waits for them, and people for the trial. */
const longestOnceMs: Ms = 600_000;

/** What options may name. */
interface Known {
  /** Exported functions. */
  readonly functions: ReadonlySet<string>;
  /** Metrics that the script makes. */
  readonly metrics: ReadonlyMap<string, MetricKind>;
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
  const once = onceOf(fields, functions);
  fields.refuseRest();
  return { scenarios, thresholds, tags, once };
}

function onceOf(fields: Fields, functions: ReadonlySet<string>): ScriptOptions["once"] {
  const limits = onceExports.map((name) => {
    const key = `${name}Timeout`;
    const limitMs = fields.duration(key, 1);
    const entry = fields.entry(key);
    if (entry !== undefined && (limitMs ?? 0) > longestOnceMs) fields.wrong(entry, "10m at most");
    if (entry !== undefined && !functions.has(name))
      fields.wrong(entry, `\`export function ${name}\`, or no limit of it`);
    return functions.has(name) ? [[name, limitMs ?? onceMs]] : [];
  });
  return Object.fromEntries(limits.flat()) as ScriptOptions["once"];
}
