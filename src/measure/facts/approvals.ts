// How long the loop waited for people.

import { approvalFacts } from "../conduct/approvals.ts";
import { fact } from "./fact.ts";

export const approvals = fact(
  "approvals",
  ["marks"],
  ({ timeline, course }, { marks: { t2, t6 } }) =>
    course && approvalFacts(timeline, { since: course.since, until: course.until, t2, t6 }),
);
