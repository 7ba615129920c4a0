// Was every event of the feed one that the contract knows? One that is not may have been a claim, and nobody heard what
// it said.

import type { Rule } from "../../core/verdict.ts";
import { eventsOf } from "../../measure/windows/timeline-view.ts";
import { isMisunderstood } from "../feed-gap.ts";
import { observationOf } from "../observation.ts";
import { seconds } from "../wording.ts";

/**
 * Inconclusive when an event of the feed was not as the contract says: such a trial cannot pass. It excuses nothing
 * either: whatever else failed without it has failed. Else the rule does not apply.
 *
 * Needs the feed to the end of observing.
 */
export const feedUnderstood: Rule = (record, facts) => {
  const until = observationOf(record, facts)?.until ?? Infinity;
  const strange = eventsOf(record.timeline, "trouble").filter((event) => isMisunderstood(event) && event.at <= until);
  const [first] = strange;
  if (first === undefined) return null;
  const more = strange.length === 1 ? "" : `, and ${strange.length - 1} more later`;
  return {
    outcome: "inconclusive",
    says: `the incident feed said at ${seconds(first.at)} what nobody understands${more}: ${first.reason}`,
    restsOn: strange.map(({ at }) => at),
  };
};
