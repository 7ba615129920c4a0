// Did the healer follow the trouble to where it comes from, and not to where it was loudest?

import { siteName } from "../../core/controls.ts";
import { isTreated } from "../../core/arms.ts";
import type { Rule } from "../../core/verdict.ts";
import type { EvidencePath } from "../../records/claim.ts";
import type { TrialPlan } from "../../records/plan.ts";
import type { SiteRef } from "../../records/site.ts";
import { claimMarks } from "../../measure/marks/claim-marks.ts";
import { faultSites } from "../../measure/marks/sites.ts";
import { disturbance } from "../observation.ts";
import { evidenceText, places, seconds } from "../wording.ts";

type Wanted = NonNullable<NonNullable<TrialPlan["expect"]["detected"]>["root"]>;

/**
 * The evidence path of the incident that was detected on the site must end at the site of a fault (its service, and its
 * replica where one is named), be connected, end with a call to the root where it has calls at all, and go through the
 * faulty edge where the fault is on one and its caller is on the path. An intent may say the service and a call
 * besides. A healer that publishes no path is asked for one only by such an intent.
 */
export const tracedRight: Rule = (record, facts) => {
  const { plan, timeline } = record;
  const wanted = plan.expect.detected?.root;
  const trial = disturbance(record, facts);
  if (!isTreated(plan.arm) || trial === undefined || plan.expect.detected === undefined) return null;
  const sites = faultSites(plan);
  const { evidence, t2, t2c } = claimMarks(timeline, sites, trial.since);
  const restsOn = [t2c?.at ?? t2?.at ?? trial.t0.at];
  if (evidence === undefined) {
    if (wanted === undefined) return null;
    // Whether the incident was found at all, and heard, is for the rules on detection and class.
    if (t2c === undefined) return { outcome: "inconclusive", says: "no class was heard, and so no path", restsOn };
    return {
      outcome: "fail",
      says: `no evidence path came with the class, expected one to ${wanted.service}`,
      restsOn,
    };
  }
  const wrong = wrongWith(evidence, sites, wanted);
  const path = evidenceText(evidence);
  if (wrong !== null)
    return { outcome: "fail", says: `the evidence path ends at ${rootText(evidence)} (${path}): ${wrong}`, restsOn };
  const at = seconds(t2c?.at ?? trial.t0.at);
  return { outcome: "pass", says: `the evidence path leads to ${rootText(evidence)} at ${at}: ${path}`, restsOn };
};

function wrongWith(
  { root, edges }: EvidencePath,
  sites: readonly SiteRef[],
  wanted: Wanted | undefined,
): string | null {
  // A site without a replica is a service as a whole: any of its replicas is a part of it.
  const named = new Set([root.replica ?? "", ""]);
  const site = sites.find(
    (one) => one.service === root.service && (root.replica === undefined || named.has(one.replica)),
  );
  if (sites.length > 0 && site === undefined) return `the fault is on ${places(sites)}`;
  if (wanted !== undefined && wanted.service !== root.service) return `expected is ${wanted.service}`;
  const broken = edges.findIndex(({ from }, index) => index > 0 && edges[index - 1]?.to !== from);
  if (broken > 0) return `its calls do not follow each other at ${edges[broken]?.from ?? ""}`;
  const last = edges.at(-1);
  if (last !== undefined && last.to !== root.service) return `its last call leads to ${last.to}`;
  // Of an edge whose caller serves no user (a healer that looks) no path of users speaks.
  const callers = new Set(edges.map(({ from }) => from));
  const must = [
    ...(wanted?.edge ? [wanted.edge] : []),
    ...(site?.edgeFrom === undefined || !callers.has(site.edgeFrom) ? [] : [{ from: site.edgeFrom, to: site.service }]),
  ];
  const missing = must.find(({ from, to }) => !edges.some((edge) => edge.from === from && edge.to === to));
  if (missing === undefined) return null;
  const where = site?.edgeFrom === undefined ? "" : `, the fault is on ${siteName(site)}`;
  return `the call ${missing.from} → ${missing.to} is not on it${where}`;
}

function rootText({ root }: EvidencePath): string {
  return root.replica ?? root.service;
}
