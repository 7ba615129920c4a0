// Where there is no browser: intents that need one are left out, and counted, where a person looks; a run of CI, or one
// of which nothing is left, is refused. Nothing passes for want of a browser.

import { HarnessError } from "../core/errors.ts";
import { counted } from "../core/text.ts";
import type { Target } from "../core/target.ts";
import type { LoadSpec } from "../records/conditions.ts";
import { streamsOf } from "../core/streams.ts";
import type { Choice } from "./choose.ts";

/** What is known of this machine. */
export interface BrowserHere {
  /** Why there is no browser; undefined: there is. */
  readonly missing: string | undefined;
  /** Nobody reads what is left out. */
  readonly isCi: boolean;
  /** The source whose streams need one. */
  readonly source: string;
}

/** What is left of a choice, and a sentence on what is left out; empty: nothing. Throws "environment". */
export function withoutBrowser<Some extends Pick<Choice, "intents" | "plans" | "targets">>(
  choice: Some,
  { missing, isCi, source }: BrowserHere,
): { readonly choice: Some; readonly says: string } {
  if (missing === undefined) return { choice, says: "" };
  const targets = new Map(choice.targets.map((target) => [target.name, target]));
  const needs = choice.intents.filter(({ target, load }) => needsOne(targets.get(target), load, source));
  if (needs.length === 0) return { choice, says: "" };
  const names = needs.map(({ id }) => id);
  const what = `${counted(needs.length, "intent")} of ${choice.intents.length} need a browser: ${names.join(", ")}`;
  if (isCi || needs.length === choice.intents.length) {
    throw new HarnessError("environment", `${what}; ${missing}`, { hint: "nothing was started" });
  }
  const left = {
    ...choice,
    intents: choice.intents.filter(({ id }) => !names.includes(id)),
    plans: choice.plans.filter(({ intent }) => !names.includes(intent)),
  };
  return { choice: left, says: `!!! SKIPPED: ${what}; ${missing}` };
}

function needsOne(target: Target | undefined, load: LoadSpec, source: string): boolean {
  return streamsOf(load).some(({ name }) => {
    const stream = name === undefined ? target?.streams[0] : target?.streams.find((each) => each.name === name);
    return stream !== undefined && "source" in stream && stream.source === source;
  });
}
