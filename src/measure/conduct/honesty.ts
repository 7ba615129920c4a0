// The healer's word on its own speed against ours. Its clock is only compared with itself: self-reported durations are
// differences of its own stamps, measured ones are differences of our marks, and only durations meet.

import type { TrialFacts } from "../../records/facts/facts.ts";
import type { Declaration, HonestyFacts, IncidentHonesty } from "../../records/facts/honesty.ts";
import type { Mark, Span } from "../../records/interval.ts";
import type { ClaimEvent } from "../../records/timeline/feed.ts";
import { known } from "../../core/known.ts";
import type { Ms } from "../../core/units.ts";
import type { TrialRecord } from "../../core/verdict.ts";
import { clockDoubt, stampedSpan } from "../marks/claim-clock.ts";
import { signsOfLife } from "../marks/claim-marks.ts";
import { isGivenUp } from "../marks/declaration.ts";
import { faultSites, scopeContainsAny } from "../marks/sites.ts";
import { spanBetween } from "../marks/spans.ts";
import { between, eventsOf, observedUntil, periodsOf } from "../windows/timeline-view.ts";

/** What of the facts it rests on. */
type Measured = Pick<TrialFacts, "marks" | "recovery" | "mttr">;

/**
 * Every incident that was detected on a true site at or after t0, in order of detection; undefined without a feed, a
 * t0, or such an incident. A recovery that came only with our revert is none: t6 counts only where the trial healed.
 */
export function honestyOf({ plan, timeline }: TrialRecord, facts: Measured): HonestyFacts | undefined {
  const { t0 } = facts.marks;
  const periods = periodsOf(timeline);
  if (!plan.targetFacts.hasFeed || t0 === undefined || periods === undefined) return undefined;
  const sites = faultSites(plan);
  const [since, until] = [t0.lo, observedUntil(periods)];
  const claims = eventsOf(timeline, "claim").filter(({ at }) => at >= since && at <= until);
  const detections = claims.filter(({ claim }) => claim.type === "detected" && scopeContainsAny(claim.scope, sites));
  const names = [...new Set(detections.map(({ claim }) => claim.incident))];
  if (names.length === 0) return undefined;
  const lives = signsOfLife(timeline);
  const incidents = names.map((name) => {
    const own = claims.filter(({ claim }) => claim.incident === name);
    return incidentHonesty(own.slice(own.findIndex(({ claim }) => claim.type === "detected")), {
      lives,
      facts,
      since,
      until,
    });
  });
  const leavesOut = difference(facts.mttr, incidents[0]?.selfReported, "(t6 − t0) − self-reported");
  return { incidents, ...(leavesOut && { leavesOut }) };
}

interface Stretch {
  /** Signs of life of the feed, in order, ms. */
  readonly lives: readonly Ms[];
  readonly facts: Measured;
  readonly since: Ms;
  readonly until: Ms;
}

/** `own`: the claims of one incident from its `detected` on. */
function incidentHonesty(own: readonly ClaimEvent[], { lives, facts, since, until }: Stretch): IncidentHonesty {
  const arrivals = own.map((event) => ({ event, ...arrivalOf(event.at, lives, since) }));
  const [detected] = arrivals;
  const end = declarationOf(own);
  const ended = arrivals.find(({ event }) => event === end);
  const t6 = facts.recovery === "healed" ? facts.marks.t6 : undefined;
  const declaration = standing(ended && markOf(ended), t6, facts.recovery);
  const self =
    detected && end && stampedSpan(detected.event.claim, end.claim, `${end.claim.type} − detected, own clock`);
  // Detected after all was over: what it then closes is not the recovery that we measured.
  const before = detected !== undefined && t6 !== undefined && detected.lo <= t6.hi;
  const measured = before ? spanBetween(markOf(detected), t6, "t6 − detected") : undefined;
  const gap = difference(self, measured, "self-reported − measured");
  const after = spanBetween(t6, ended && markOf(ended), `${end?.claim.type ?? "declared"} − t6`);
  const clock = clockDoubt(arrivals);
  const never = declaration === "never-recovered" && detected !== undefined;
  return known<IncidentHonesty>({
    incident: own[0]?.claim.incident ?? "",
    declaration,
    by: end && (end.claim.type === "closed" ? "closed" : "verified"),
    selfReported: self,
    measured,
    gap,
    declaredAfter: after,
    watchedMs: never ? until - detected.event.at : undefined,
    clock,
  });
}

/** `closed` unless it gives up; else the first `verified` as healed. */
function declarationOf(own: readonly ClaimEvent[]): ClaimEvent | undefined {
  const closed = own.find(({ claim }) => claim.type === "closed");
  if (closed !== undefined) return isGivenUp(closed.claim) ? undefined : closed;
  return own.find(({ claim }) => claim.type === "verified" && claim.outcome === "healed");
}

function standing(ended: Mark | undefined, t6: Mark | undefined, recovery: TrialFacts["recovery"]): Declaration {
  if (ended === undefined) return "nothing-declared";
  if (recovery === "not-disturbed" || recovery === "unseen") return "not-measured";
  if (t6 === undefined) return "never-recovered";
  if (ended.hi < t6.lo) return "before";
  return ended.lo > t6.hi ? "after" : "too-close";
}

/** A claim came after the last sign of life before it; `between` needs no second copy of a long list. */
function arrivalOf(at: Ms, lives: readonly Ms[], since: Ms): { readonly lo: Ms; readonly hi: Ms } {
  const before = between(lives, (life) => life, { from: since, to: at }).at(-1) ?? since;
  return { lo: before, hi: at };
}

function markOf({ event, lo, hi }: { readonly event: ClaimEvent; readonly lo: Ms; readonly hi: Ms }): Mark {
  return { at: event.at, lo, hi };
}

/** `a − b` with the widest interval that both allow. */
function difference(a: Span | undefined, b: Span | undefined, formula: string): Span | undefined {
  if (a === undefined || b === undefined) return undefined;
  return { ms: a.ms - b.ms, lo: a.lo - b.hi, hi: a.hi - b.lo, formula };
}
