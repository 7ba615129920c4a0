// From one timeline to its facts: arithmetic only, no opinion. May be asked of a timeline that is still growing.

import type { TrialPlan } from "../../core/plan.ts";
import type { Ms } from "../../core/units.ts";
import type { Mark, TrialFacts, TrialRecord } from "../../core/verdict.ts";
import { actingMark } from "../marks/acting.ts";
import { approvalFacts } from "../conduct/approvals.ts";
import { errorBudgetBurn } from "../cost/burn.ts";
import { calmTime } from "../conduct/calm.ts";
import { claimedPathway, claimMarks } from "../marks/claim-marks.ts";
import { actionFacts } from "../conduct/action-facts.ts";
import { honestyOf } from "../conduct/honesty.ts";
import { documentFacts } from "../conduct/data-loss.ts";
import { clearedMark, injectedMark, noLaterThan } from "../marks/injection.ts";
import type { Stretch } from "../cost/environment.ts";
import { trialViewOf } from "./fold.ts";
import type { TrialView } from "./fold.ts";
import { markSlackMs } from "../cost/load-facts.ts";
import { loopLagAt } from "../cost/pace-bounds.ts";
import { overReach } from "../conduct/over-reach.ts";
import { heldUnderFault, recoveryOf, relapseAfter } from "../marks/recovery.ts";
import { faultSites } from "../marks/sites.ts";
import { forward, spanBetween } from "../marks/spans.ts";
import { observedUntil } from "../windows/timeline-view.ts";
import type { Periods } from "../windows/timeline-view.ts";
import { widened, windowMarks } from "../marks/window-marks.ts";

type Marks = TrialFacts["marks"];

/** `factsOf` a whole record at once. */
export function measureTrial(record: TrialRecord): TrialFacts {
  return factsOf(trialViewOf(record));
}

/**
 * Everything that follows from what was seen of one trial. Marks are intervals in ms since the trial's epoch; a mark
 * that was not reached is absent. t6 appears as soon as the recovery has held. MTTR, resolve and TTM exist only for a
 * recovery that held under the fault: a trial that was waited out is censored, not slow.
 */
export function factsOf(all: TrialView): TrialFacts {
  const { plan, timeline, periods, windows: seen, load } = all;
  const t0 = injectedMark(timeline);
  const since = t0?.lo ?? periods?.baselineTo ?? 0;
  const { lookWords, tookMs } = all;
  const base = { windows: seen.windows, baseline: seen.baseline, load, tookMs, ...lookWords };
  if (periods === undefined) {
    return {
      ...base,
      marks: {},
      pathway: null,
      recovery: "unseen",
      relapse: { watchedMs: 0, wantedMs: 5 * plan.holdMs },
    };
  }
  const byWindow = widened(windowMarks(seen, plan, since), markSlackMs(load), since);
  const recovery = recoveryOf(byWindow, plan, {
    periods,
    since,
    settled: all.settledIn({ from: since, to: observedUntil(periods) }),
  });
  const marks = allMarks(all, { byWindow, since, until: observedUntil(periods), t0 });
  const burn = burnOf(all, marks, { periods, healed: recovery === "healed", since });
  const calm = calmTime({ plan, timeline }, periods, since);
  const mitigated = heldUnderFault(byWindow.rows.t5, plan, periods);
  const spans = spansOf(marks, plan, { mitigated, recovery });
  const honesty = honestyOf({ plan, timeline }, { marks, recovery, ...spans });
  const actions = actionFacts({ plan, timeline }, since);
  const documents = documentFacts(timeline, { periods, t0: marks.t0 });
  const stretch = { since, until: observedUntil(periods) };
  const approvals = approvalFacts(timeline, { ...stretch, t2: marks.t2, t6: marks.t6 });
  const reach = overReach({ plan, timeline }, stretch);
  const environment = all.environmentIn(stretchesOf(plan, periods, { ...stretch, t6: marks.t6 }));
  const until = recovery === "healed" ? (marks.t6?.hi ?? periods.end) : observedUntil(periods);
  return {
    ...base,
    marks,
    ...spans,
    pathway: claimedPathway(timeline, faultSites(plan), { since, until, noOps: plan.ablated }),
    recovery,
    relapse: relapseAfter(byWindow, plan, periods),
    ...(calm && { calm }),
    ...(approvals && { approvals }),
    ...(reach && { overReach: reach }),
    ...(documents && { documents }),
    ...(burn && { burn }),
    ...(actions && { actions }),
    ...(honesty && { honesty }),
    ...(environment && { environment }),
  };
}

/**
 * The stretches in which it matters whether the stack had the processors: before the injection; from it to the
 * recovery, or to where all was due; and from there on.
 */
function stretchesOf(
  { expect }: TrialPlan,
  { baselineFrom, baselineTo }: Periods,
  { since, until, t6 }: { readonly since: Ms; readonly until: Ms; readonly t6: Mark | undefined },
): Stretch[] {
  const allowed = Math.max(expect.detected?.withinMs ?? 0, expect.recovered?.withinMs ?? 0);
  const recovered = Math.min(until, t6?.hi ?? (allowed > 0 ? since + allowed : until));
  const all: Stretch[] = [
    { name: "baseline", from: baselineFrom, to: Math.min(baselineTo, since) },
    { name: "disturbed", from: since, to: recovered },
    { name: "afterwards", from: recovered, to: until },
  ];
  return all.filter(({ from, to }) => to > from);
}

function allMarks(
  { plan, timeline, load }: TrialView,
  known: { byWindow: ReturnType<typeof windowMarks>; since: Ms; until: Ms; t0: Mark | undefined },
): Marks {
  const { since, until } = known;
  const { t1, t5, t6 } = known.byWindow;
  const sites = faultSites(plan);
  const claimed = claimMarks(timeline, sites, since);
  // A harness that is late reads late, too: what came before it looked may have come before the sign of life that it
  // read then.
  const slack = markSlackMs(load);
  const earlier = (mark: Mark | undefined): Mark | undefined =>
    mark && { ...mark, lo: Math.min(mark.at, Math.max(since, mark.lo - slack - loopLagAt(timeline, mark.at))) };
  const [t2, t2c, t3, t7] = [claimed.t2, claimed.t2c, claimed.t3, claimed.t7].map(earlier);
  const t4 = actingMark(timeline, sites, { since, until });
  const t0 = noLaterThan(known.t0, [t2, t4, t6]);
  const t8 = clearedMark(timeline);
  return {
    ...(t0 && { t0 }),
    ...(t1 && { t1 }),
    ...(t2 && { t2 }),
    ...(t2c && { t2c }),
    ...(t3 && { t3 }),
    ...(t4 && { t4 }),
    ...(t5 && { t5 }),
    ...(t6 && { t6 }),
    ...(t7 && { t7 }),
    ...(t8 && { t8 }),
  };
}

type Spans = Pick<TrialFacts, "mttd" | "detectionAfterImpact" | "mttr" | "resolve" | "ttm">;

function spansOf(
  marks: Marks,
  plan: TrialPlan,
  { mitigated, recovery }: { mitigated: boolean; recovery: TrialFacts["recovery"] },
): Spans {
  const { t0, t1, t5, t6 } = marks;
  // A target without a feed is a black box: its first observable action stands for its detection.
  const [seen, name] = plan.targetFacts.hasFeed ? [marks.t2, "t2"] : [marks.t4, "t4"];
  const mttd = forward(spanBetween(t0, seen, `${name} − t0`));
  const detectionAfterImpact = spanBetween(t1, seen, `${name} − t1`);
  const healed = recovery === "healed";
  const mttr = healed ? forward(spanBetween(t0, t6, "t6 − t0")) : undefined;
  const resolve = healed ? spanBetween(seen, t6, `t6 − ${name}`) : undefined;
  const ttm = mitigated ? forward(spanBetween(t1, t5, "t5 − t1")) : undefined;
  return {
    ...(mttd && { mttd }),
    ...(detectionAfterImpact && { detectionAfterImpact }),
    ...(mttr && { mttr }),
    ...(resolve && { resolve }),
    ...(ttm && { ttm }),
  };
}

/** Over [t1, t6], to the end of observing when it was not healed; from t0 when users were never hurt for long. */
function burnOf(
  { plan, settledIn }: TrialView,
  marks: Marks,
  { periods, healed, since }: { periods: Periods; healed: boolean; since: Ms },
): TrialFacts["burn"] {
  if (plan.expect.budget === undefined) return undefined;
  const to = healed && marks.t6 !== undefined ? marks.t6.at : observedUntil(periods);
  const settled = settledIn({ from: marks.t1?.at ?? since, to });
  return settled && errorBudgetBurn(settled, plan.expect.budget.slo);
}
