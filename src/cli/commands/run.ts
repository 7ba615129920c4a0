// `rebound run`: break, measure, judge, report.

import { keyFromEnvironment } from "../../agent/place.ts";
import { type HostPort } from "../../core/host-port.ts";
import type { Ms } from "../../core/units.ts";
import { makeReporters } from "../../reporters/index.ts";
import { openUi, type UiOptions } from "../../reporters/ui.ts";
import { runChosen } from "../../run/run.ts";
import type { SelectOptions } from "../../run/overrides.ts";
import { choose, fitForHere } from "../../run/select.ts";
import { exitCodes, gatedCode, reportError } from "../exit.ts";
import { intentPlaces } from "../../run/intent-places.ts";
import { tellRunner, unheard } from "../../reporters/github.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { metricsOut, type MetricsOptions } from "../../run/metrics-out.ts";
import type { BuildGates } from "../../verdict/build-gates.ts";
import { onTrouble, printLines, sayLines, showRun } from "../table.ts";

export interface RunOptions extends SelectOptions, BuildGates, MetricsOptions, UiOptions {
  readonly jobs: number;
  readonly out: string;
  /** Of the run's time, ms. */
  readonly budget?: Ms;
  /** Where an agent listens that shall send the load. */
  readonly loadFrom?: HostPort;
}

/** Runs the chosen intents; the exit code tells the outcome. */
export async function run(files: readonly string[], options: RunOptions): Promise<number> {
  const { choice, says } = fitForHere(await choose(files, options));
  if (says !== "") sayLines([says]);
  const { jobs, out, budget, loadFrom: place } = options;
  const loadFrom = place && { ...place, key: keyFromEnvironment(process.env) };
  await using ui = await openUi(options, { onReady: (url) => printLines([`live page  ${url}`]), onTrouble });
  using interrupt = listenForInterrupt();
  const ended = await unheard(async () => {
    const told = await runChosen(choice, {
      jobs,
      out,
      stopping: interrupt.stopping,
      ...(budget === undefined ? {} : { budget }),
      ...(loadFrom && { loadFrom }),
      // The live page comes last: it says where the others are.
      reporters: [...makeReporters(process.stdout), ...metricsOut(options, onTrouble), ...(ui ? [ui] : [])],
      onTrouble,
    });
    showRun(told);
    return told;
  }, process.stdout);
  const { result, unwritten, clean, stopped } = ended;
  await tellRunner(result, await intentPlaces(result, ended.dir), { out: process.stdout, onTrouble });
  if (!clean) sayLines(["Something could not be taken back; type `rebound restore`."]);
  if (stopped.reason === "failed") return reportError(stopped.failure);
  if (unwritten !== undefined) return reportError(unwritten);
  if (stopped.reason !== undefined) return exitCodes.interrupted;
  // However green the verdicts: a run that leaves something behind is not a pass.
  return clean || result.outcome === "residue" ? gatedCode(result, options) : exitCodes.environment;
}
