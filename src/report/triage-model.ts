// Where each trial belongs that did not pass, a line for all trials of an intent of which the same is said: the same on
// the page, the terminal, in JUnit and in the summary.

import type { IntentDigest, RunDigest, TrialDigest } from "../core/digest.ts";
import { counted } from "../core/text.ts";
import type { Triage, TriageKind } from "../records/results/triage.ts";

/** What weighs most first. */
const byWeight: readonly TriageKind[] = [
  "regression",
  "new",
  "standing",
  "flake",
  "harness",
  "environment",
  "not-run",
  "known-weakness",
];

/** What each kind is called. */
const triageWords: Readonly<Record<TriageKind, string>> = {
  regression: "regression",
  new: "new",
  standing: "failed before",
  flake: "flake",
  harness: "harness",
  environment: "environment",
  "not-run": "not run",
  "known-weakness": "known weakness",
};

interface TriageLine {
  readonly kind: TriageKind;
  readonly word: string;
  readonly intent: string;
  /** `treatment-1, treatment-2 and 7 more`; empty where the intent as a whole is meant. */
  readonly trials: string;
  readonly says: string;
}

const mostNamed = 3;

/** Of one intent, or of all; what weighs most comes first. Empty for runs of before there was triage. */
export function triageLines({ triage = [] }: RunDigest, intent?: string): readonly TriageLine[] {
  const groups = new Map<string, Triage[]>();
  for (const one of triage) {
    if (intent !== undefined && one.intent !== intent) continue;
    const key = JSON.stringify([one.intent, one.kind, one.says]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()]
    .flatMap((group) => lineOf(group) ?? [])
    .toSorted((a, b) => byWeight.indexOf(a.kind) - byWeight.indexOf(b.kind));
}

function lineOf(group: readonly Triage[]): TriageLine | undefined {
  const [first] = group;
  if (first === undefined) return undefined;
  const names = group.flatMap(({ arm, n }) => (arm === undefined ? [] : [`${arm}-${n}`]));
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : "";
  const { kind, intent, says } = first;
  return { kind, word: triageWords[kind], intent, trials: names.slice(0, mostNamed).join(", ") + more, says };
}

/** `treatment-1: it passed …`. */
export function triageText({ trials, says }: TriageLine): string {
  return trials === "" ? says : `${trials}: ${says}`;
}

export interface TriageModel {
  readonly says: string;
  readonly lines: readonly (TriageLine & { readonly anchor: string })[];
}

/** null where everything passed, or the run is of before there was triage. */
export function triageModel(run: RunDigest): TriageModel | null {
  const { triage = [] } = run;
  if (triage.length === 0) return null;
  const counts = byWeight.flatMap((kind) => {
    const n = triage.filter((one) => one.kind === kind).length;
    return n === 0 ? [] : [`${n} ${triageWords[kind]}`];
  });
  const anchors = new Map(run.intents.map(({ intent }, index) => [intent, `intent-${index}`]));
  return {
    says: `What did not pass, and where it belongs: ${counts.join(", ")}.`,
    lines: triageLines(run).map((line) => ({ ...line, anchor: anchors.get(line.intent) ?? "intents" })),
  };
}

/** In a word, where one trial belongs; empty where it is not triaged. */
export function triageWord({ triage = [] }: RunDigest, { plan }: Pick<TrialDigest, "plan">): string {
  const own = triage.find(({ intent, arm, n }) => intent === plan.intent && arm === plan.arm && n === plan.index);
  return own === undefined ? "" : triageWords[own.kind];
}

/** For one line about an intent: what weighs most, and how much else there is; undefined where nothing is triaged. */
export function triageHeadline(run: RunDigest, { intent }: Pick<IntentDigest, "intent">): string | undefined {
  const [first, ...others] = triageLines(run, intent);
  if (first === undefined) return undefined;
  const more = others.length === 0 ? "" : ` (and ${counted(others.length, "other line")})`;
  return `${first.word}: ${triageText(first)}${more}`;
}
