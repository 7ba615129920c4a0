// `options` of a script: what is sent when. Read without running the script, so that a mistake is known before anything
// is started.

import type { Constant } from "./constants.ts";
import { Fields } from "./fields.ts";
import type { ScriptFault } from "./nodes.ts";
import { thresholdsOf, type MetricKind, type Threshold } from "./thresholds.ts";
import { scenarioOf, type Scenario } from "./scenarios.ts";

/** What a script says of itself, as a plan. */
export interface ScriptOptions {
  readonly scenarios: readonly Scenario[];
  readonly thresholds: readonly Threshold[];
}

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
  // Tags change nothing here: no sample has any.
  fields.texts("tags");
  fields.refuseRest();
  return { scenarios, thresholds };
}
