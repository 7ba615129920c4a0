// A p95 or a p99 needs more requests in a window than a median does: a condition that could never be seen is told here,
// and not by a trial.

import { parseRate } from "../core/duration.ts";
import { fewestFor, fewestInWindow, userNameOf } from "../core/user-probes.ts";
import type { DataPath } from "../language/yaml-nodes.ts";
import type { Draft } from "./draft.ts";
import { msOf } from "./draft.ts";

/** Checks the names of one condition that stands at `path`; names of the baseline are of all of it, and no window. */
export function checkTails(draft: Draft, path: DataPath, names: readonly string[]): void {
  const { steady, load } = draft.parts;
  const window = msOf(steady?.window);
  if (window === undefined || load === undefined) return;
  for (const name of names) {
    const asked = userNameOf(name);
    const least = asked === undefined ? 0 : fewestFor(asked.probe);
    if (asked === undefined || least <= fewestInWindow) continue;
    const written = (asked.stream === undefined ? undefined : load.streams?.[asked.stream]?.rate) ?? load.rate;
    const rate = parseRate(written) ?? 0;
    const requests = (rate * window) / 1000;
    if (rate <= 0 || requests >= least) continue;
    const found = `${name} of ${Number(requests.toFixed(1))} requests in a window (${steady?.window ?? ""} at ${written})`;
    const expected = `at least ${least} requests in a window for this name`;
    const suggestion = `use a window of ${Math.ceil((least / rate) * 1000)}ms or more, or a higher rate`;
    draft.report(path, { found, expected, suggestion });
  }
}
