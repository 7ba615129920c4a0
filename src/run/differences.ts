// Where today's rules conclude something else than was recorded.

import type { RunDigest } from "../core/digest.ts";
import { readRecorded, type Recorded } from "./recorded.ts";

interface Remembered {
  readonly recorded: Omit<Recorded, "open">;
  /** What was concluded then; undefined when nothing was. */
  readonly before: ReadonlyMap<string, string> | undefined;
}

/** What is asked of the recorded run; all the rest of it, windows by the ten thousand, may be forgotten. */
export async function remembered(dir: string): Promise<Remembered> {
  const { open, ...recorded } = await readRecorded(dir);
  await open?.close();
  return { recorded, before: open && conclusionsOf(open.run) };
}

function nameOf(plan: { readonly intent: string; readonly arm: string; readonly index: number }): string {
  return `${plan.intent} ${plan.arm}-${plan.index}`;
}

/** Every outcome, pathway and attribution of a run by what it belongs to. */
export function conclusionsOf(run: RunDigest): Map<string, string> {
  const found = new Map<string, string>();
  for (const intent of run.intents) {
    const parts = [intent.outcome, intent.pathway ?? "no pathway", intent.attribution?.verdict ?? "no attribution"];
    found.set(intent.intent, parts.join(", "));
    for (const { plan, verdict } of intent.trials) found.set(nameOf(plan), verdict.outcome);
  }
  return found;
}

/** A sentence for each, or one that there is none. */
export function differences(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] {
  const changed = [...before].filter(([name, said]) => now.get(name) !== said);
  if (changed.length === 0) return ["Same verdicts as recorded."];
  return changed.map(([name, said]) => `${name}: recorded ${said}; now ${now.get(name) ?? "not judged"}`);
}
