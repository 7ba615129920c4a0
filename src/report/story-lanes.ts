// What was done in a trial and what the healer said, in lanes over time: our faults, its claims, its actions.

import { withPlace } from "../core/plan.ts";
import { listed } from "../core/text.ts";
import type { Ms } from "../core/units.ts";
import type { TrialResult } from "../records/results/trial-result.ts";
import type { Claim } from "../records/claim.ts";
import type { TimelineEvent } from "../records/timeline/event.ts";
import type { ClaimEvent } from "../records/timeline/feed.ts";
import type { InventoryEvent } from "../records/timeline/inventory.ts";

/** Something that lasted, or a moment. */
export interface LaneEntry {
  readonly from: Ms;
  /** null: a moment; infinite: it had not ended when watching did. */
  readonly to: Ms | null;
  readonly by: "harness" | "probes" | "healer";
  readonly label: string;
}

export interface Lane {
  readonly kind: "faults" | "claims" | "actions";
  readonly title: string;
  readonly entries: readonly LaneEntry[];
}

/** The lanes that have something in them. */
export function lanesOf(trial: TrialResult, timeline: readonly TimelineEvent[]): readonly Lane[] {
  const claims = timeline.filter((event): event is ClaimEvent => event.kind === "claim");
  const lanes: readonly Lane[] = [
    { kind: "faults", title: "fault", entries: faultEntries(trial, timeline) },
    {
      kind: "claims",
      title: "the healer’s claims",
      entries: claims
        .filter(({ claim }) => !claim.type.startsWith("action."))
        .map(({ at, claim }) => ({ from: at, to: null, by: "healer", label: claimLabel(claim) })),
    },
    {
      kind: "actions",
      title: "actions, and what changed",
      entries: [
        ...actionEntries(claims, cutAt(trial, timeline)),
        ...changeEntries(timeline),
        ...operatorEntries(timeline),
      ],
    },
  ];
  return lanes
    .filter(({ entries }) => entries.length > 0)
    .map(({ entries, ...lane }) => ({ ...lane, entries: entries.toSorted((a, b) => a.from - b.from) }));
}

/** When each disturbance was in effect. Without a timeline only the marks tell of it. */
export function faultEntries(
  { plan, facts }: Pick<TrialResult, "plan" | "facts">,
  timeline: readonly TimelineEvent[],
): readonly LaneEntry[] {
  const harmful = plan.disturbances.flatMap((planned, index) =>
    planned.harmless === true ? [] : [{ index, label: withPlace(planned) }],
  );
  const { t0, t8 } = facts.marks;
  const seen = harmful.flatMap(({ index, label }): readonly LaneEntry[] => {
    const steps = timeline.flatMap((event) => (event.kind === "fault" && event.disturbance === index ? [event] : []));
    const began = steps.find(({ step }) => step === "confirmed" || step === "unconfirmed");
    if (began === undefined) return [];
    const ended = steps.find(({ step }) => step === "reverted");
    const isLeft = steps.some(({ step }) => step === "revert-failed");
    // A timeline that breaks off has no end of it; the marks are of when it was whole.
    const to = ended?.at ?? (isLeft ? Infinity : (t8?.at ?? Infinity));
    return [{ from: began.harmFrom ?? began.at, to, by: "harness", label }];
  });
  if (seen.length > 0 || t0 === undefined || harmful.length === 0) return seen;
  return [{ from: t0.at, to: t8?.at ?? Infinity, by: "harness", label: listed(harmful.map(({ label }) => label)) }];
}

/** A claim in a few words. */
function claimLabel(claim: Claim): string {
  switch (claim.type) {
    case "classified":
      return `classified ${claim.class ?? ""}`.trim();
    case "decided":
      return `decided ${claim.pathway ?? ""}`.trim();
    case "verified":
      return `verified ${claim.outcome ?? ""}`.trim();
    default:
      return claim.type;
  }
}

/** Where a timeline breaks off before the last mark of its trial; infinite where it does not. */
function cutAt({ facts }: Pick<TrialResult, "facts">, timeline: readonly TimelineEvent[]): Ms {
  const last = timeline.reduce((latest, { at }) => Math.max(latest, at), -Infinity);
  return Object.values(facts.marks).some(({ at }) => at > last) ? last : Infinity;
}

/** From the claim that an action started to the claim that it finished. */
function actionEntries(claims: readonly ClaimEvent[], until: Ms): readonly LaneEntry[] {
  const ends = claims.filter(({ claim }) => claim.type === "action.finished");
  const taken = new Set<ClaimEvent>();
  return claims.flatMap(({ at, claim }): readonly LaneEntry[] => {
    if (claim.type !== "action.started") return [];
    const end = ends.find(
      (it) => !taken.has(it) && it.at >= at && it.claim.incident === claim.incident && isSameAction(it.claim, claim),
    );
    if (end !== undefined) taken.add(end);
    const outcome = end?.claim.outcome;
    const label = `${claim.action ?? claim.pathway ?? "action"}${outcome === undefined ? "" : `: ${outcome}`}`;
    return [{ from: at, to: end?.at ?? until, by: "healer", label }];
  });
}

function isSameAction(end: Claim, start: Claim): boolean {
  return end.pathway === start.pathway && (end.action === undefined || end.action === start.action);
}

/** What the inventory showed to differ. */
function changeEntries(timeline: readonly TimelineEvent[]): readonly LaneEntry[] {
  return timeline.flatMap((event): readonly LaneEntry[] =>
    event.kind === "inventory" && event.changes.length > 0
      ? [{ from: event.at, to: null, by: "probes", label: changesText(event) }]
      : [],
  );
}

/** `inference-1: presence, instance`. */
export function changesText({ changes }: Pick<InventoryEvent, "changes">): string {
  const replicas = [...new Set(changes.map(({ replica }) => replica))];
  const parts = replicas.map((replica) => {
    const fields = changes.flatMap((change) => (change.replica === replica ? [change.field] : []));
    return `${replica}: ${[...new Set(fields)].join(", ")}`;
  });
  return parts.join("; ");
}

function operatorEntries(timeline: readonly TimelineEvent[]): readonly LaneEntry[] {
  return timeline.flatMap((event): readonly LaneEntry[] =>
    event.kind === "operator"
      ? [{ from: event.at, to: null, by: "harness", label: `person ${event.person}: ${event.does}` }]
      : [],
  );
}
