// Did the healer say what kind of fault it was, and was it right?

import { listed } from "../../core/text.ts";
import { isTreated } from "../../core/arms.ts";
import type { Rule } from "../../core/verdict.ts";
import { claimMarks } from "../../measure/marks/claim-marks.ts";
import { faultSites } from "../../measure/marks/sites.ts";
import { eventsOf } from "../../measure/windows/timeline-view.ts";
import { notFelt } from "../felt.ts";
import { feedGap } from "../feed-gap.ts";
import { disturbance } from "../observation.ts";
import { runnersUpText, seconds } from "../wording.ts";

/**
 * The class of the incident that was detected on the site must be one of `detected.as`; its first class counts, and
 * none may come after it was closed, or after our revert. No class for an effect that nobody felt is no mistake.
 *
 * Needs the feed over [t0, t2c]: an earlier class may have gone unheard. Where no class was heard, over [t0, closed],
 * or to the end of observing.
 */
export const classifiedRight: Rule = (record, facts) => {
  const { plan, timeline } = record;
  const allowed = plan.expect.detected?.as ?? [];
  const trial = disturbance(record, facts);
  if (!isTreated(plan.arm) || allowed.length === 0 || trial === undefined) return null;
  const wanted = listed(allowed, "or");
  if (!plan.targetFacts.hasFeed) {
    return {
      outcome: "inconclusive",
      says: `the target says nothing of what it detects, so no class (${wanted}) can be heard`,
      restsOn: [],
    };
  }
  const said = claimMarks(timeline, faultSites(plan), trial.since);
  const closed = eventsOf(timeline, "claim").find(
    ({ at, claim }) => at >= trial.since && claim.type === "closed" && claim.incident === said.incident,
  );
  const dueAt = Math.min(trial.until, closed?.at ?? trial.until);
  if (said.class !== undefined && said.t2c !== undefined && said.t2c.at <= dueAt) {
    const runners = runnersUpText(said.runnersUp);
    const right = allowed.includes(said.class);
    const says = `classified as ${said.class} at ${seconds(said.t2c.at)}, ${right ? "as expected" : `expected ${wanted}`}${runners === "" ? "" : `; ${runners}`}`;
    const before = feedGap(timeline, trial.since, said.t2c.at);
    if (before !== undefined) {
      const doubt = `${says}, but ${before}: an earlier class may be missing`;
      return { outcome: "inconclusive", says: doubt, restsOn: [said.t2c.at] };
    }
    return { outcome: right ? "pass" : "fail", says, restsOn: [said.t2c.at] };
  }
  const late = said.class !== undefined && said.t2c !== undefined;
  const none = late
    ? `no class was claimed by ${seconds(dueAt)} (${said.class} at ${seconds(said.t2c.at)})`
    : "no class was claimed";
  const unfelt = notFelt(record, facts, trial);
  if (unfelt !== undefined) return { outcome: "inconclusive", says: `${none}, but ${unfelt}`, restsOn: [trial.t0.at] };
  const gap = feedGap(timeline, trial.since, dueAt);
  if (gap !== undefined) return { outcome: "inconclusive", says: `no class was heard, but ${gap}`, restsOn: [] };
  return { outcome: "fail", says: `${none}, expected ${wanted}`, restsOn: [trial.t0.at], at: dueAt };
};
