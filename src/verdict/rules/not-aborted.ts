// A trial that its own guard ended early says nothing of recovery: the fault was taken back before the healer's time
// was over. Nor does one that ended because a tool of ours broke, or because it could no longer be written down.

import type { Rule } from "../../core/verdict.ts";
import { ownTrouble } from "../../measure/cost/own-trouble.ts";
import { eventsOf } from "../../measure/windows/timeline-view.ts";
import { figure, seconds } from "../wording.ts";

/**
 * Inconclusive when a tool of ours or the record of the trial was lost, or when a condition of `abort_if` came true, or
 * could not be told for long, while a fault was in place; else the rule does not apply.
 */
export const notAborted: Rule = ({ timeline }) => {
  const own = ownTrouble(timeline);
  if (own !== undefined) {
    const what = own.where === "record" ? "its record could not be kept" : `our own tool broke (${own.where})`;
    return {
      outcome: "inconclusive",
      says: `ended at ${seconds(own.at)} because ${what}: ${own.reason}`,
      restsOn: [own.at],
    };
  }
  const abort = eventsOf(timeline, "abort")[0];
  if (abort === undefined) return null;
  if (abort.blind !== undefined) {
    const { forMs, reason } = abort.blind;
    const blind = `it could not be told for ${(forMs / 1000).toFixed(1)} s (${reason}; bound: ${abort.expression})`;
    const says = `ended at ${seconds(abort.at)} because its guard was blind: abort_if ${abort.name}, ${blind}`;
    return { outcome: "inconclusive", says, restsOn: [abort.at] };
  }
  const values = Object.entries(abort.values).map(([name, value]) => `${name} was ${figure(value)}`);
  const says = `ended at ${seconds(abort.at)} by abort_if ${abort.name}: ${values.join(", ")} (bound: ${abort.expression})`;
  return { outcome: "inconclusive", says, restsOn: [abort.at] };
};
