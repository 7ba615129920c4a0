// `rebound judge DIR`: today's rules over the timelines of an old run; no machine is touched and nothing is written.

import { join } from "node:path";
import type { History } from "../../core/scorecard.ts";
import type { RunResult } from "../../core/verdict.ts";
import { readHistory } from "../../store/history.ts";
import { readRun, readTrials, resolveRunDir } from "../../store/run-folder.ts";
import { exitCodeOf } from "../exit.ts";
import { concludeRun, printTable, type IntentMeta } from "../finish-run.ts";
import { judgeRecord } from "../run-one.ts";

/** Judges a recorded run again and says where today's verdicts differ from the recorded ones. */
export async function judge(dir: string): Promise<number> {
  const runDir = await resolveRunDir(dir);
  const before = await readRun(runDir);
  const trials = (await readTrials(runDir)).map(judgeRecord);
  const after = rejudge(before, trials, await readHistory(runDir));
  for (const line of differences(before, after)) process.stdout.write(`${line}\n`);
  printTable(after, join(runDir, "index.html"));
  return exitCodeOf(after.outcome);
}

/** The run as today's rules see it, over trials that were judged afresh. */
export function rejudge(
  before: RunResult,
  trials: RunResult["intents"][number]["trials"],
  history: History,
): RunResult {
  const intents: IntentMeta[] = before.intents.map(({ intent, title, belief, target, arms }) => ({
    id: intent,
    title,
    belief,
    target,
    arms,
  }));
  const recorded = new Set(before.intents.flatMap((intent) => intent.trials.map(({ plan }) => nameOf(plan))));
  const known = trials.filter(({ plan }) => recorded.has(nameOf(plan)));
  const { scorecard: _recorded, ...meta } = before;
  return concludeRun(meta, intents, { trials: known, history });
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
