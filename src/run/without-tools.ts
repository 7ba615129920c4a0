// Where a tool is missing that a stream is sent by, such as a browser: intents that need it are left out, and counted,
// where a person looks; a run of CI, or one of which nothing is left, is refused. Nothing passes for want of a tool.

import { existsSync } from "node:fs";
import type { Intent } from "../core/intent.ts";
import { HarnessError } from "../core/errors.ts";
import type { MissingTool, SourceKind } from "../core/load-source.ts";
import { counted } from "../core/text.ts";
import type { Target } from "../core/target.ts";
import { streamsOf } from "../core/streams.ts";
import type { Choice } from "./choose.ts";

/** What is known of this machine. */
export interface ToolsHere {
  /** Nobody reads what is left out. */
  readonly isCi: boolean;
  readonly sources: readonly Pick<SourceKind, "name" | "missing">[];
  /** A path as people are shown it. */
  readonly shown: (path: string) => string;
}

/** What is left of a choice, and a sentence on what is left out; empty: nothing. Throws "environment". */
export function withoutTools<Some extends Pick<Choice, "intents" | "plans" | "targets">>(
  choice: Some,
  here: ToolsHere,
): { readonly choice: Some; readonly says: string } {
  const targets = new Map(choice.targets.map((target) => [target.name, target]));
  const lacking = new Map<string, MissingTool>();
  for (const intent of choice.intents) {
    const missing = missingFor(intent, targets.get(intent.target), here);
    if (missing !== undefined) lacking.set(intent.id, missing);
  }
  if (lacking.size === 0) return { choice, says: "" };
  const what = wordsOf(lacking, choice.intents.length);
  if (here.isCi || lacking.size === choice.intents.length) {
    throw new HarnessError("environment", what, { hint: "nothing was started" });
  }
  const left = {
    ...choice,
    intents: choice.intents.filter(({ id }) => !lacking.has(id)),
    plans: choice.plans.filter(({ intent }) => !lacking.has(intent)),
  };
  return { choice: left, says: `!!! SKIPPED: ${what}` };
}

function missingFor({ load }: Intent, target: Target | undefined, here: ToolsHere): MissingTool | undefined {
  if (target === undefined) return undefined;
  const { sources, shown } = here;
  for (const { name } of streamsOf(load)) {
    const stream = name === undefined ? target.streams[0] : target.streams.find((each) => each.name === name);
    if (stream === undefined || !("source" in stream)) continue;
    const source = sources.find((each) => each.name === stream.source);
    const missing = source?.missing?.(stream.params, target.dir, { exists: existsSync, shown });
    if (missing !== undefined) return missing;
  }
  return undefined;
}

/** One after the other, what is missing with the intents that need it. */
function wordsOf(lacking: ReadonlyMap<string, MissingTool>, all: number): string {
  const byTool = new Map<string, string[]>();
  for (const [id, { needs, says }] of lacking) {
    const words = `${needs}: NAMES; ${says}`;
    byTool.set(words, [...(byTool.get(words) ?? []), id]);
  }
  return [...byTool]
    .map(([words, names]) => {
      const said = words.replace("NAMES", () => names.join(", "));
      return `${counted(names.length, "intent")} of ${all} need ${said}`;
    })
    .join("; ");
}
