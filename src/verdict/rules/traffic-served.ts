// A stack that turns its users away is fast, and well for nobody: however green the latency, they must be served as
// before.

import { shareBesideText, shareText } from "../../core/text.ts";
import { isTreated, isControl } from "../../core/arms.ts";
import { streamsOf } from "../../core/streams.ts";
import { userName } from "../../core/user-probes.ts";
import type { Rule, TrialRecord } from "../../core/verdict.ts";
import type { TrialFacts } from "../../records/facts/facts.ts";
import type { WindowFact } from "../../records/facts/windows.ts";
import type { Ms, Share } from "../../core/units.ts";
import { firstBadRun } from "../../measure/windows/runs.ts";
import { leastOfBaseline } from "../../measure/windows/served.ts";
import { observationOf, windowsIn } from "../observation.ts";
import type { Observation } from "../observation.ts";
import { stretch } from "../wording.ts";

/**
 * What was called well: from the recovery (treatment), from the end of the baseline (nothing to repair, or no condition
 * of the intent broke though users were not served), to our revert.
 */
function calledWell(record: TrialRecord, facts: TrialFacts): { readonly from: Ms; readonly to: Ms } | undefined {
  const observation = observationOf(record, facts);
  if (observation === undefined) return undefined;
  if (isControl(record.plan.arm)) return { from: observation.since, to: observation.until };
  const { t0, t6 } = facts.marks;
  if (!isTreated(record.plan.arm) || t0 === undefined) return undefined;
  if (facts.recovery === "healed" && t6 !== undefined) return { from: t6.at, to: observation.until };
  return brokeUnasked(record, facts, observation) ? { from: observation.since, to: observation.until } : undefined;
}

/**
 * The intent's conditions never broke, and half of the windows were seen at least; yet users' requests say that
 * something did.
 */
function brokeUnasked({ plan }: TrialRecord, facts: TrialFacts, { since, until }: Observation): boolean {
  if (facts.recovery === "not-disturbed") return false;
  const windows = windowsIn(facts, since, until);
  const unseen = windows.filter(({ state }) => state === "unseen").length;
  return firstBadRun(windows, "state", plan.steady, 0) === undefined && 2 * unseen <= windows.length;
}

/**
 * Fails when less than half of the baseline's share of requests was answered, or less than half of the baseline's share
 * of answers was right, while the stack was called well: all traffic shed, refused, or answered with an excuse
 * (a guard against gaming). A steady state that never broke is called well too: a healer that turns everybody
 * away at once must not hide behind it.
 *
 * Needs the users' windows of that stretch.
 */
export const trafficServed: Rule = (record, facts) => {
  const well = calledWell(record, facts);
  if (well === undefined) return null;
  // Whole windows only: the one in which it recovered also holds what came before.
  const windows = windowsIn(facts, well.from, well.to).filter(({ from }) => from >= well.from);
  const [first, ...others] = streamsOf(record.plan.load).map(({ name }) => servedOf(name, { windows, facts, well }));
  // Other streams may be too rare to say anything of: only what was seen of them counts.
  const seen = [first, ...others.filter((one) => one?.outcome !== "inconclusive")].filter((one) => one !== undefined);
  const failed = seen.filter(({ outcome }) => outcome === "fail");
  const decisive = failed.length > 0 ? failed : first?.outcome === "inconclusive" ? [first] : seen;
  const restsOn = [well.from, well.to];
  return {
    outcome: decisive[0]?.outcome ?? "inconclusive",
    says: decisive.map(({ says }) => says).join("; "),
    restsOn,
  };
};

interface Served {
  readonly outcome: "pass" | "fail" | "inconclusive";
  readonly says: string;
}

interface Asked {
  readonly windows: readonly WindowFact[];
  readonly facts: TrialFacts;
  readonly well: { readonly from: Ms; readonly to: Ms };
}

/** The same question of one stream; without a name: of the default stream. */
function servedOf(stream: string | undefined, { windows, facts: { baseline }, well }: Asked): Served {
  const of = stream === undefined ? "" : ` of ${stream}`;
  const share = (probe: string) => [pooled(windows, probe, stream), baseline[userName(probe, stream)]] as const;
  const [errors, errorsBefore] = share("users.error_share");
  if (errors === undefined || errorsBefore === undefined) {
    return { outcome: "inconclusive", says: `too few requests${of} to say whether users were served as before` };
  }
  const [answered, answeredBefore] = [1 - errors, 1 - errorsBefore];
  const bounds = (before: Share): string => `before: ${shareText(before)}, bound: half of that`;
  const served = `${shareBesideText(answered, leastOfBaseline * answeredBefore)} of the requests${of} were answered in ${stretch(well)} (${bounds(answeredBefore)})`;
  if (answered < leastOfBaseline * answeredBefore) return { outcome: "fail", says: `traffic was shed: ${served}` };
  const [right, rightBefore] = share("users.right_share");
  if (rightBefore === undefined) return { outcome: "pass", says: served };
  if (right === undefined) {
    return { outcome: "inconclusive", says: `${served}; too few answers to say whether they were right` };
  }
  const content = `${shareBesideText(right, leastOfBaseline * rightBefore)} of the answers were right (${bounds(rightBefore)})`;
  if (right >= leastOfBaseline * rightBefore) return { outcome: "pass", says: `${served}; ${content}` };
  return { outcome: "fail", says: `users${of} were put off with empty answers: in ${stretch(well)} ${content}` };
}

/** The share over several windows, weighed by their requests; undefined when no window saw it. */
function pooled(windows: readonly WindowFact[], probe: string, stream: string | undefined): Share | undefined {
  let [sum, count] = [0, 0];
  for (const { values } of windows) {
    const [share, requests] = [values[userName(probe, stream)], values[userName("users.count", stream)] ?? 0];
    if (share === undefined) continue;
    sum += share * requests;
    count += requests;
  }
  return count === 0 ? undefined : sum / count;
}
