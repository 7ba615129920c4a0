// A p95 or a p99 needs more requests in a window, or in the baseline, than a median does: a condition that could never
// be seen is told here, and not by a trial.

import { parseRate } from "../core/duration.ts";
import { baselinePrefix, fewestFor, fewestInWindow, probeOfName, userNameOf } from "../core/user-probes.ts";
import type { DataPath } from "../language/yaml-nodes.ts";
import type { Draft } from "./draft.ts";
import { msOf } from "./draft.ts";

/** Checks the names of one condition that stands at `path`: each over one window, or over the whole baseline. */
export function checkTails(draft: Draft, path: DataPath, names: readonly string[]): void {
  const { steady, load } = draft.parts;
  if (steady === undefined || load === undefined) return;
  for (const name of names) {
    const asked = userNameOf(probeOfName(name));
    const least = asked === undefined ? 0 : fewestFor(asked.probe);
    if (asked === undefined || least <= fewestInWindow) continue;
    const isBaseline = name.startsWith(baselinePrefix);
    const [text, where, what] = isBaseline
      ? [load.baseline, "the baseline", "a baseline"]
      : [steady.window, "a window", "a window"];
    const stretch = msOf(text);
    const written = (asked.stream === undefined ? undefined : load.streams?.[asked.stream]?.rate) ?? load.rate;
    const rate = parseRate(written) ?? 0;
    if (stretch === undefined || rate <= 0 || (rate * stretch) / 1000 >= least) continue;
    const requests = Number(((rate * stretch) / 1000).toFixed(1));
    const found = `${name} of ${requests} requests in ${where} (${text} at ${written})`;
    const expected = `at least ${least} requests in ${where} for this name`;
    const suggestion = `use ${what} of ${Math.ceil((least / rate) * 1000)}ms or more, or a higher rate`;
    draft.report(path, { code: "RB0310", found, expected, suggestion });
  }
}
