// `options` of a script: what is sent when. Read without running the script, so that a mistake is known before anything
// is started.

import type { Ms } from "../../../core/units.ts";
import type { Constant } from "./constants.ts";
import { Fields } from "./fields.ts";
import type { ScriptFault } from "./nodes.ts";
import { scenarioOf, type Scenario } from "./scenarios.ts";

/** What a script says of itself, as a plan. */
export interface ScriptOptions {
  readonly scenarios: readonly Scenario[];
  /** Tags of every sample. */
  readonly tags: Readonly<Record<string, string>>;
  /** How long `setup` and `teardown` may take; k6's default is a minute. */
  readonly setupTimeoutMs: Ms;
  readonly teardownTimeoutMs: Ms;
}

/** Reads them; what is wrong is reported, and what is returned then is of no use. `functions`: exported ones. */
export function optionsOf(
  constant: Constant,
  functions: ReadonlySet<string>,
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
  const options = {
    scenarios,
    tags: fields.texts("tags"),
    setupTimeoutMs: fields.duration("setupTimeout", 1) ?? 60_000,
    teardownTimeoutMs: fields.duration("teardownTimeout", 1) ?? 60_000,
  };
  fields.refuseRest();
  return options;
}
