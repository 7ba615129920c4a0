// The pathway whose action took place on the true site, by the claims.

import { claimedPathway } from "../marks/claim-marks.ts";
import { faultSites } from "../marks/sites.ts";
import { fact } from "./fact.ts";

export const pathway = fact("pathway", ["marks", "recovery"], ({ plan, timeline, course }, { marks, recovery }) => {
  if (course === undefined) return null;
  const { since, until, periods } = course;
  const end = recovery === "healed" ? (marks.t6?.hi ?? periods.end) : until;
  return claimedPathway(timeline, faultSites(plan), { since, until: end, noOps: plan.ablated });
});
