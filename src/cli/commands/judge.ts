// `rebound judge DIR`: today's rules over the timelines of an old run; no machine is touched and nothing is written.

import { join } from "node:path";
import type { RunResult } from "../../core/verdict.ts";
import { readRun, readTrials, resolveRunDir } from "../../store/run-folder.ts";
import { exitCodeOf } from "../exit.ts";
import { concludeRun, printTable, type IntentMeta } from "../finish-run.ts";
import { judgeRecord } from "../run-one.ts";

/** Judges a recorded run again and says where today's verdicts differ from the recorded ones. */
export async function judge(dir: string): Promise<number> {
  const runDir = await resolveRunDir(dir);
  const before = await readRun(runDir);
  const after = rejudge(before, (await readTrials(runDir)).map(judgeRecord));
  for (const line of differences(before, after)) process.stdout.write(`${line}\n`);
  printTable(after, join(runDir, "index.html"));
  return exitCodeOf(after.outcome);
}

/** The run as today's rules see it, over trials that were judged afresh. */
export function rejudge(before: RunResult, trials: RunResult["intents"][number]["trials"]): RunResult {
  const intents: IntentMeta[] = before.intents.map(({ intent, title, belief, target, arms, stopping }) => ({
    id: intent,
    title,
    belief,
    target,
    arms,
    ...(stopping && { stopped: stopping }),
  }));
  const recorded = new Set(before.intents.flatMap((intent) => intent.trials.map(({ plan }) => nameOf(plan))));
  return concludeRun(
    before,
    intents,
    trials.filter(({ plan }) => recorded.has(nameOf(plan))),
  );
}

function nameOf(plan: { readonly intent: string; readonly arm: string; readonly index: number }): string {
  return `${plan.intent} ${plan.arm}-${plan.index}`;
}

/** Every outcome, pathway and attribution of a run by what it belongs to. */
function conclusions(run: RunResult): Map<string, string> {
  const found = new Map<string, string>();
  for (const intent of run.intents) {
    const parts = [intent.outcome, intent.pathway ?? "no pathway", intent.attribution?.verdict ?? "no attribution"];
    found.set(intent.intent, parts.join(", "));
    for (const { plan, verdict } of intent.trials) found.set(nameOf(plan), verdict.outcome);
  }
  return found;
}

function differences(before: RunResult, after: RunResult): string[] {
  const now = conclusions(after);
  const changed = [...conclusions(before)].filter(([name, said]) => now.get(name) !== said);
  if (changed.length === 0) return ["Same verdicts as recorded."];
  return changed.map(([name, said]) => `${name}: recorded ${said}; now ${now.get(name) ?? "not judged"}`);
}
