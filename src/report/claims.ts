// The healer's word beside ours: each of its claims, when it reached us, and what we had measured at that moment.

import { secondsText, shareText } from "../core/text.ts";
import type { TrialFacts } from "../records/facts/facts.ts";
import type { WindowFact } from "../records/facts/windows.ts";
import type { Mark } from "../records/interval.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import type { Claim } from "../records/claim.ts";
import type { Json, Ms } from "../core/units.ts";
import type { ClaimEvent } from "../records/timeline/feed.ts";
import { timingText } from "../core/timing.ts";
import { withPlace } from "../core/plan.ts";
import { evidenceText, runnersUpText } from "../verdict/wording.ts";
import { spanText } from "./figures.ts";
import type { Origin } from "./plot-series.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";
import type { PlannedDisturbance } from "../records/plan.ts";
import { reasonApart } from "./words-and-acts.ts";
import { byOurRevert } from "./words.ts";

/** One claim and our side of it, in words. */
export interface ClaimRow {
  readonly incident: string;
  readonly type: string;
  /** ms from the plot's origin, at arrival. */
  readonly since: Ms;
  /** Seconds from the plot's origin. */
  readonly arrived: string;
  readonly said: string;
  readonly reasons: readonly string[];
  /** What it said beyond the contract, one line a field. */
  readonly more: readonly string[];
  /** What our probes saw in the window in which the claim arrived. */
  readonly seen: string;
  /** The mark of ours that the claim speaks of. */
  readonly measured: string;
  /** The claim says more than we measured. */
  readonly ahead: boolean;
}

/** Arrivals are stamped to the ms, but nobody acts on less than this. */
const ARRIVAL_MS = 10;

/** Every claim of the timeline in order of arrival. */
export function claimRows(trial: TrialResult, timeline: readonly TimelineEvent[], origin: Origin): readonly ClaimRow[] {
  return timeline
    .filter((event): event is ClaimEvent => event.kind === "claim")
    .map(({ at, claim }) => ({
      incident: claim.incident,
      type: claim.type,
      since: at - origin.at,
      arrived: `${secondsText(at - origin.at, ARRIVAL_MS)} s`,
      said: saidText(claim),
      reasons: claim.reasons,
      more: Object.entries(claim.more ?? {}).map(([name, value]) => `${name}: ${moreText(value)}`),
      seen: windowText(windowAt(trial.facts.windows, at)),
      measured: [measuredText(trial, claim, at, origin), reasonApart(claim, trial.plan)].filter(Boolean).join("; "),
      ahead: isAhead(trial, claim, at),
    }));
}

/** An instant on the plot's axis, with no more digits than its interval allows. */
export function instantText(mark: Mark, origin: Origin): string {
  return spanText({ ms: mark.at - origin.at, lo: mark.lo - origin.at, hi: mark.hi - origin.at });
}

/**
 * What was planned, in words: `network.latency on gateway→inference-1, taken back after 5s`, `load.change times 1.5`.
 */
export function disturbanceText(disturbance: PlannedDisturbance): string {
  return withPlace(disturbance) + timingText(disturbance.timing);
}

function saidText(claim: Claim): string {
  const scope = claim.scope.replica ?? claim.scope.service;
  const parts = [
    claim.class && `class ${claim.class}`,
    claim.confidence !== undefined && `confidence ${shareText(claim.confidence)}`,
    runnersUpText(claim.runnersUp),
    evidenceText(claim.evidence),
    scope && `scope ${scope}`,
    claim.pathway && `pathway ${claim.pathway}`,
    claim.action && `action ${claim.action}`,
    claim.outcome && `outcome ${claim.outcome}`,
  ];
  return parts.filter(Boolean).join(", ");
}

/** A text as it stands, all else as JSON; what a claim may hold is bounded when it is read. */
function moreText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function windowAt(windows: readonly WindowFact[], at: Ms): WindowFact | undefined {
  return windows.find((window) => window.from <= at && at < window.to);
}

function windowText(window: WindowFact | undefined): string {
  if (!window) return "no window was judged then";
  if (window.state === "good") return "steady state held";
  if (window.state === "unseen" && window.users === "unseen") return "not enough was seen";
  const users = { good: "users well", bad: "users hurt", unseen: "users not seen" }[window.users];
  const broken = window.broken.length > 0 ? `; did not hold: ${window.broken.join(", ")}` : "";
  return `${users}${broken}`;
}

function measuredText(trial: TrialResult, claim: Claim, at: Ms, origin: Origin): string {
  const { marks } = trial.facts;
  switch (claim.type) {
    case "detected":
      return `users hurt: ${markText(marks, "t1", origin)}`;
    case "decided":
      return `declared pathway: ${trial.plan.expect.recovered?.by ?? "none, the healer should hold"}`;
    case "action.started":
      return `first side effect: ${markText(marks, "t4", origin)}`;
    case "action.finished":
      return `users well: ${markText(marks, "t5", origin)}`;
    case "verified":
    case "closed":
      return recoveredText(trial.facts, at, origin);
    default:
      return `true disturbance: ${trial.plan.disturbances.map(disturbanceText).join(", ") || "none"}`;
  }
}

function markText(marks: TrialFacts["marks"], name: "t1" | "t4" | "t5", origin: Origin): string {
  const mark = marks[name];
  return mark ? `${name} = ${instantText(mark, origin)}` : `${name} was not seen`;
}

function recoveredText({ marks: { t6 }, recovery }: TrialFacts, at: Ms, origin: Origin): string {
  if (!t6) return "recovered: t6 was not seen";
  const recovered = `recovered: t6 = ${instantText(t6, origin)}${recovery === "waited-out" ? `, ${byOurRevert}` : ""}`;
  if (at > t6.hi)
    return `${recovered}; claimed ${spanText({ ms: at - t6.at, lo: at - t6.hi, hi: at - t6.lo })} after it`;
  if (at < t6.lo)
    return `${recovered}; claimed ${spanText({ ms: t6.at - at, lo: t6.lo - at, hi: t6.hi - at })} before it`;
  return `${recovered}; claimed within its uncertainty`;
}

function isAhead(trial: TrialResult, claim: Claim, at: Ms): boolean {
  const says = claim.type === "closed" || (claim.type === "verified" && claim.outcome === "healed");
  const { t6 } = trial.facts.marks;
  return says && trial.facts.recovery !== "not-disturbed" && (t6 === undefined || at < t6.lo);
}
