// `rebound judge DIR`: today's rules over the timelines of an old run; no machine is touched and nothing is written.

import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import type { RunResult, TrialResult } from "../../core/verdict.ts";
import { readRun, recordedTrials, resolveRunDir } from "../../store/run-folder.ts";
import { exitCodeOf } from "../exit.ts";
import { concludeRun, printTable, type IntentMeta, type RunMeta } from "../finish-run.ts";
import { judgeRecorded } from "../run-one.ts";

/** Judges a recorded run again and says where today's verdicts differ from the recorded ones. */
export async function judge(dir: string): Promise<number> {
  // Ten million events leave much garbage behind; V8 would rather let the heap grow to twice what lives than look for it.
  setFlagsFromString("--heap-growing-percent=25");
  const runDir = await resolveRunDir(dir);
  const before = recordedOf(await readRun(runDir));
  const trials: TrialResult[] = [];
  for (const trial of await recordedTrials(runDir)) {
    if (before.trials.has(nameOf(trial.plan))) trials.push(await judgeRecorded(trial));
  }
  const after = concludeRun(before.meta, before.intents, trials);
  for (const line of differences(before.conclusions, conclusionsOf(after))) process.stdout.write(`${line}\n`);
  printTable(after, join(runDir, "index.html"));
  return exitCodeOf(after.outcome);
}

/** What is asked of the recorded run; all the rest of it, windows by the ten thousand, may be forgotten. */
interface Recorded {
  readonly meta: RunMeta;
  readonly intents: readonly IntentMeta[];
  readonly trials: ReadonlySet<string>;
  readonly conclusions: ReadonlyMap<string, string>;
}

function recordedOf(run: RunResult): Recorded {
  const { intents, schemaVersion: _version, outcome: _outcome, ...meta } = run;
  return {
    meta,
    intents: intents.map(({ intent, title, belief, target, arms }) => ({ id: intent, title, belief, target, arms })),
    trials: new Set(intents.flatMap((intent) => intent.trials.map(({ plan }) => nameOf(plan)))),
    conclusions: conclusionsOf(run),
  };
}

function nameOf(plan: { readonly intent: string; readonly arm: string; readonly index: number }): string {
  return `${plan.intent} ${plan.arm}-${plan.index}`;
}

/** Every outcome, pathway and attribution of a run by what it belongs to. */
function conclusionsOf(run: RunResult): Map<string, string> {
  const found = new Map<string, string>();
  for (const intent of run.intents) {
    const parts = [intent.outcome, intent.pathway ?? "no pathway", intent.attribution?.verdict ?? "no attribution"];
    found.set(intent.intent, parts.join(", "));
    for (const { plan, verdict } of intent.trials) found.set(nameOf(plan), verdict.outcome);
  }
  return found;
}

function differences(before: Recorded["conclusions"], now: Recorded["conclusions"]): string[] {
  const changed = [...before].filter(([name, said]) => now.get(name) !== said);
  if (changed.length === 0) return ["Same verdicts as recorded."];
  return changed.map(([name, said]) => `${name}: recorded ${said}; now ${now.get(name) ?? "not judged"}`);
}
