// The healer's own figure for its recovery beside ours, incident by incident.

import type { TrialFacts } from "../records/facts/facts.ts";
import type { Declaration, IncidentHonesty } from "../records/facts/honesty.ts";
import { spanText } from "./figures.ts";
import { figure } from "./shown.ts";
import type { Figure } from "./shown.ts";

export interface HonestyModel {
  readonly incidents: readonly IncidentModel[];
  readonly leavesOut: Figure | null;
}

interface IncidentModel {
  readonly incident: string;
  readonly selfReported: Figure;
  /** Between which of its stamps. */
  readonly own: string;
  readonly measured: Figure;
  readonly gap: Figure;
  readonly declared: string;
  readonly declaredAfter: Figure;
  /** It says more than we measured. */
  readonly ahead: boolean;
  readonly clock: string;
}

const declarationWords: Readonly<Record<Declaration, string>> = {
  before: "too early: it was not recovered yet",
  after: "after it was so",
  "too-close": "within the uncertainty of when it was so",
  "never-recovered": "never recovered, and declared so all the same",
  "nothing-declared": "nothing declared",
  "not-measured": "we saw no breach to compare it with",
};

/** null when nothing was heard, or in runs written before it was measured. */
export function honestyModel({ honesty }: TrialFacts, trialPath: string): HonestyModel | null {
  if (honesty === undefined) return null;
  const path = `${trialPath}.facts.honesty`;
  const { leavesOut } = honesty;
  return {
    incidents: honesty.incidents.map((incident, index) => incidentModel(incident, `${path}.incidents.${index}`)),
    leavesOut: leavesOut === undefined ? null : figure(`${path}.leavesOut`, leavesOut, spanText(leavesOut)),
  };
}

function incidentModel(incident: IncidentHonesty, path: string): IncidentModel {
  const span = (name: "selfReported" | "measured" | "gap" | "declaredAfter"): Figure =>
    figure(`${path}.${name}`, incident[name], spanText(incident[name]));
  const { declaration, by } = incident;
  return {
    incident: incident.incident,
    selfReported: span("selfReported"),
    own: by === undefined ? "it declared nothing" : `${by} − detected`,
    measured: span("measured"),
    gap: span("gap"),
    declared: declarationWords[declaration],
    declaredAfter: span("declaredAfter"),
    ahead: declaration === "before" || declaration === "never-recovered",
    clock: incident.clock ?? "",
  };
}
