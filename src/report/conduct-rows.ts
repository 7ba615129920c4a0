// What a trial's page says of approvals, of documents and of what was touched, beside the times and the load.

import type { ApprovalWait } from "../records/facts/approvals.ts";
import type { TrialFacts } from "../records/facts/facts.ts";
import { spanText } from "./figures.ts";
import { figure } from "./shown.ts";
import type { Figure } from "./shown.ts";

/** One figure with a remark. */
export interface Row {
  readonly name: string;
  readonly figure: Figure;
  readonly note: string;
}

/** One duration with its formula. */
export interface TimeRow {
  readonly name: string;
  readonly formula: string;
  readonly figure: Figure;
}

const waitNames: Readonly<Record<ApprovalWait["outcome"], string>> = {
  granted: "MTTA, approval asked → granted",
  denied: "approval asked → denied",
  expired: "approval asked → expired",
  waiting: "approval asked, nobody answered",
};

/** One row per approval, and what of “resolve once detected” was waiting; nothing when none was asked for. */
export function approvalRows({ approvals }: TrialFacts, path: string): readonly TimeRow[] {
  if (approvals === undefined) return [];
  const at = `${path}.facts.approvals`;
  const waits = approvals.waits.map(({ outcome, incident, wait }, index) => ({
    name: waitNames[outcome],
    formula: `${wait.formula} (${incident})`,
    figure: figure(`${at}.waits.${index}.wait`, wait, spanText(wait)),
  }));
  const { inResolve } = approvals;
  if (inResolve === undefined) return waits;
  const name = "of “resolve once detected”: waiting for approval";
  return [
    ...waits,
    { name, formula: inResolve.formula, figure: figure(`${at}.inResolve`, inResolve, spanText(inResolve)) },
  ];
}

/**
 * How far back the loss of documents reaches, at the end of observing and after our way back; nothing when none is
 * gone.
 */
export function lossRows({ documents }: TrialFacts, path: string): readonly TimeRow[] {
  return (["atEnd", "afterRevert"] as const).flatMap((key) => {
    const reach = documents?.[key]?.reach;
    if (reach === undefined) return [];
    const name = `RPO reached, ${lookNames[key]}`;
    return [
      { name, formula: reach.formula, figure: figure(`${path}.facts.documents.${key}.reach`, reach, spanText(reach)) },
    ];
  });
}

const lookNames = { atEnd: "before our revert", afterRevert: "after our revert" } as const;

/** Documents written, refused and gone; nothing for a target that takes none. */
export function documentRows({ documents }: TrialFacts, path: string): readonly Row[] {
  if (documents === undefined) return [];
  const at = `${path}.facts.documents`;
  const counts = (["written", "refused"] as const).map((key) => ({
    name: key === "written" ? "documents of ours acknowledged" : "documents of ours refused",
    figure: figure(`${at}.${key}`, documents[key], String(documents[key])),
    note: "",
  }));
  const losses = (["atEnd", "afterRevert"] as const).flatMap((key) => {
    const loss = documents[key];
    if (loss === undefined) return [];
    const note = loss.unseen > 0 ? `${loss.unseen} could not be looked for` : "";
    return [
      {
        name: `documents gone ${lookNames[key]}`,
        figure: figure(`${at}.${key}.gone`, loss.gone, String(loss.gone)),
        note,
      },
    ];
  });
  return [...counts, ...losses];
}

/** Replicas that came during the trial, and what that means for faults on edges; nothing when none did. */
export function appearedRows({ appeared }: TrialFacts, path: string): readonly Row[] {
  if (appeared === undefined) return [];
  return [
    {
      name: "replicas that appeared during the trial",
      figure: figure(`${path}.facts.appeared`, appeared, String(appeared.length)),
      note: `${appeared.join(", ")}: seen and probed, not proxied, so that no fault on an edge reaches calls to it`,
    },
  ];
}

/**
 * Planned blast radius against actual, in replicas, and the healthy ones that the healer touched; nothing when the
 * inventory was not seen.
 */
export function radiusRows({ overReach }: TrialFacts, path: string): readonly Row[] {
  if (overReach === undefined) return [];
  const { radius, healthy } = overReach;
  const at = `${path}.facts.overReach`;
  const row = (key: "planned" | "actual", name: string): Row => ({
    name,
    figure: figure(`${at}.radius.${key}`, radius[key], String(radius[key])),
    note: `of ${radius.of} replicas`,
  });
  return [
    row("planned", "blast radius, planned"),
    row("actual", "blast radius, actual"),
    {
      name: "healthy replicas that the healer touched",
      figure: figure(`${at}.healthy`, healthy, String(healthy.length)),
      note: healthy.join(", "),
    },
  ];
}
