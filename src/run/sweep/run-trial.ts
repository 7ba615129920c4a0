// One trial of a sweep: the intent at one dose, in a file of its own, run as `rebound run` would run that file.

import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { treatmentArm } from "../../core/arms.ts";
import { HarnessError } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import type { SweepTrial } from "../../records/sweep.ts";
import type { TrialResult } from "../../records/results/trial-result.ts";
import type { Reporter } from "../../reporters/reporter.ts";
import { makeFolder } from "../../store/make-folder.ts";
import { readTrialVerdict } from "../../store/results.ts";
import { asEnvironment } from "../../store/whole-file.ts";
import { doseAnswer } from "../../verdict/dose-answer.ts";
import { runChosen } from "../run.ts";
import { choose, fitForHere } from "../select.ts";
import { openStopping, type Stopping } from "../stopping/stopping.ts";

/** What trials of one sweep share. */
export interface TrialsOfSweep {
  /** Folder of the sweep, absolute. */
  readonly dir: string;
  /** Id of the intent, theme/name. */
  readonly intent: string;
  readonly setting?: Readonly<Record<string, string>>;
  readonly stopping: Stopping;
  /** For each run anew. */
  readonly reporters: () => readonly Reporter[];
  readonly onTrouble: (says: string) => void;
}

/** The trial, and why there may be no further one; absent: there may. */
export interface DoneTrial {
  readonly trial: SweepTrial;
  readonly ends?: string;
}

/** One dose as it is run. */
export interface AtDose {
  readonly dose: number;
  /** The intent's text at it. */
  readonly text: string;
  readonly seed: number;
}

/** Where the intent at a dose is written: it may be run again by `rebound run`. */
function fileAt({ dir, intent }: Pick<TrialsOfSweep, "dir" | "intent">, dose: number): string {
  return join(dir, "doses", String(dose), "experiments", `${intent}.yaml`);
}

/**
 * Rejects with HarnessError when nothing could be run, or something could not be taken back; a trial that was ended
 * early says why.
 */
export async function runTrialAt(sweep: TrialsOfSweep, { dose, text, seed }: AtDose): Promise<DoneTrial> {
  const file = fileAt(sweep, dose);
  await asEnvironment(`cannot write ${file}`, async () => {
    await makeFolder(dirname(file));
    await writeFile(file, text);
  });
  const { setting, reporters, onTrouble } = sweep;
  const asked = { trials: 1, seed, arms: [treatmentArm], ...(setting && { setting }) };
  const { choice } = fitForHere(await choose([file], asked));
  using stopping = stoppingWith(sweep.stopping);
  const how = { jobs: 1, out: join(sweep.dir, "runs"), reporters: reporters(), stopping, onTrouble };
  const { result, dir, clean, stopped, unwritten } = await runChosen(choice, how);
  const base = { dose, run: choice.runId };
  const plan = result.intents[0]?.trials[0]?.plan;
  const whole = plan && (await readTrialVerdict(dir, plan));
  const trial = { ...base, ...(whole ? judged(whole) : { answer: "untold" as const, why: "it ended early" }) };
  if (stopped.reason === "failed") throw stopped.failure;
  if (unwritten !== undefined) throw unwritten;
  if (!clean && trial.outcome !== "residue")
    throw new HarnessError("environment", "something could not be taken back", { hint: "type `rebound restore`" });
  if (stopped.reason !== undefined) return { trial, ends: `it was ${stopped.reason}` };
  return trial.outcome === "residue" ? { trial, ends: "a trial left something behind" } : { trial };
}

function judged(trial: TrialResult): Pick<SweepTrial, "outcome" | "answer" | "why" | "impact"> {
  const { impact } = trial.facts;
  return { outcome: trial.verdict.outcome, ...doseAnswer(trial), ...(impact && { impact }) };
}

/** One run's own: what stops the sweep stops the run, and what fails after a run stops no later one. */
function stoppingWith(outer: Stopping): Stopping {
  const own = openStopping();
  const pass = (): void => void own.ask(outer.reason === "stopped" ? "stopped" : "interrupted");
  if (outer.signal.aborted) pass();
  else outer.signal.addEventListener("abort", pass, { once: true });
  return own;
}

/** Why no further trial may begin, asked before each; `budget`: from now on, ms. */
export function whyNoMore(stopping: Stopping, budget: Ms | undefined): () => string | undefined {
  const started = performance.now();
  return () => {
    if (stopping.reason !== undefined) return `it was ${stopping.reason}`;
    const isOver = budget !== undefined && performance.now() - started >= budget;
    return isOver ? "the time for it is over" : undefined;
  };
}
