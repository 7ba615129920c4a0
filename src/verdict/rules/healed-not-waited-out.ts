// A recovery that only came with our revert is our merit, not the healer's.

import { isTreated } from "../../core/arms.ts";
import type { Rule } from "../../core/verdict.ts";
import { disturbance } from "../observation.ts";
import { seconds } from "../wording.ts";

/** Asked of trials that recovered; that one did not recover at all is said by recovered-in-time. */
export const healedNotWaitedOut: Rule = (record, facts) => {
  const { plan } = record;
  const trial = disturbance(record, facts);
  const { t6 } = facts.marks;
  if (!isTreated(plan.arm) || plan.expect.recovered === undefined || trial === undefined || t6 === undefined)
    return null;
  const restsOn = [t6.at, trial.until];
  if (facts.recovery === "healed") {
    return { outcome: "pass", says: `recovered at ${seconds(t6.at)} while the fault still held`, restsOn };
  }
  if (t6.at < trial.until) {
    const says = `good since ${seconds(t6.at)}, but our revert at ${seconds(trial.until)} cut the hold of ${seconds(plan.holdMs)} short`;
    return { outcome: "inconclusive", says, restsOn };
  }
  const says = `waited out: recovered at ${seconds(t6.at)}, only after our revert began at ${seconds(trial.until)}`;
  return { outcome: "fail", says, restsOn };
};
