// What a build wants to be stopped by, beyond or instead of the verdict alone.

import type { IntentDigest, RunDigest } from "../core/digest.ts";
import { counted, shareBesideText, shareText } from "../core/text.ts";
import type { Share } from "../core/units.ts";
import type { TriageKind } from "../records/results/triage.ts";

/**
 * What `--fail-on` may name. `regression`: everything that failed and is neither known nor a flake. `invalid` closes
 * the build named or not.
 */
export const failOnNames = ["fail", "inconclusive", "invalid", "regression"] as const;
export type FailOn = (typeof failOnNames)[number];

/** Asked for on the command line. */
export interface BuildGates {
  /** Absent: the verdict decides. */
  readonly failOn?: readonly FailOn[];
  /** Least share of the declared pathways with evidence in this run. */
  readonly minCoverage?: Share;
}

/**
 * A sentence for each gate that is closed, empty when the build may go on. Something left behind, an intent that tried
 * nothing, a run that judged nothing and one that is not whole close it whatever was asked for.
 */
export function closedGates(run: RunDigest, { failOn, minCoverage }: BuildGates): readonly string[] {
  return [...(failOn === undefined ? [] : byOutcome(run, failOn)), ...byCoverage(run, minCoverage)];
}

function byOutcome(run: RunDigest, failOn: readonly FailOn[]): readonly string[] {
  const isSilent = run.intents.length > 0 && run.intents.every(({ outcome }) => outcome === "inconclusive");
  return [
    ...always.flatMap((name) => {
      const found = run.intents.filter(({ outcome }) => outcome === name);
      return found.length > 0 ? [`${name}: ${names(found)}`] : [];
    }),
    ...(run.interrupted || run.intents.length === 0 ? ["the run is not whole"] : []),
    ...(isSilent ? ["no intent was judged"] : []),
    ...failOn.flatMap((name) => {
      if (name === "invalid") return [];
      const found = run.intents.filter((intent) =>
        name === "regression" ? isRegression(run, intent) : intent.outcome === name,
      );
      return found.length > 0 ? [`${name}: ${names(found)}`] : [];
    }),
  ];
}

/** What a build never goes on over, whatever was asked for. */
const always = ["residue", "invalid"] as const;

/** Kinds of triage that say of a trial that it failed and that neither chance nor anything known explains it. */
const unexplained: ReadonlySet<TriageKind> = new Set(["regression", "new", "standing"]);

/** Everything that failed and is neither known nor a flake: how often it failed before opens no gate. */
function isRegression({ triage = [] }: RunDigest, { intent, outcome }: IntentDigest): boolean {
  const kinds = triage.flatMap((line) => (line.intent === intent ? [line.kind] : []));
  if (kinds.some((kind) => unexplained.has(kind))) return true;
  return outcome === "fail" && !kinds.includes("known-weakness") && !kinds.includes("flake");
}

function names(intents: RunDigest["intents"]): string {
  return intents.map(({ intent }) => intent).join(", ");
}

/** Without a scorecard nothing has evidence. */
function byCoverage({ scorecard }: RunDigest, least: Share | undefined): readonly string[] {
  if (least === undefined) return [];
  const { withEvidence, declared } = scorecard?.coverage ?? { withEvidence: 0, declared: 0 };
  const share = declared === 0 ? 0 : withEvidence / declared;
  if (share >= least) return [];
  const of = `${withEvidence} of ${counted(declared, "declared pathway")} have evidence`;
  return [`coverage ${shareBesideText(share, least)} is below ${shareText(least)}: ${of}`];
}
