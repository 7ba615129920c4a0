// `rebound merge DIR...`: the shards of a run become one run. Nothing is started, and nothing of them is changed.

import { makeReporters } from "../../reporters/index.ts";
import { lackLines, mergeRuns } from "../../run/merge.ts";
import { metricsOut, type MetricsOptions } from "../../run/metrics-out.ts";
import type { BuildGates } from "../../verdict/build-gates.ts";
import { gatedCode, reportError } from "../exit.ts";
import { intentPlaces } from "../../run/intent-places.ts";
import { tellRunner, unheard } from "../../reporters/github.ts";
import { onTrouble, sayLines, showRun } from "../table.ts";

export interface MergeOptions extends BuildGates, MetricsOptions {
  readonly out: string;
}

/** Writes the merged run; the exit code tells its outcome. */
export async function merge(dirs: readonly string[], options: MergeOptions): Promise<number> {
  const merged = await unheard(async () => {
    const told = await mergeRuns(dirs, options.out, {
      reporters: [...makeReporters(process.stdout), ...metricsOut(options, onTrouble)],
      onTrouble,
    });
    sayLines(lackLines(told));
    showRun(told);
    return told;
  }, process.stdout);
  await tellRunner(merged.result, await intentPlaces(merged.result, merged.dir), { out: process.stdout, onTrouble });
  return merged.unwritten === undefined ? gatedCode(merged.result, options) : reportError(merged.unwritten);
}
