// Makes claims of what a source says in its own words: names of replicas are found, incidents are kept apart.

import type { Saying } from "../../core/feed-source.ts";
import type { Claim, ClaimType } from "../../records/claim.ts";

/** What was said, as far as the source says it. */
export interface Said extends Saying {
  readonly type: ClaimType;
  /** The source's own name for it; absent: the one that is open there, or a new one. */
  readonly incident?: string;
  /** The source's own clock; absent: it says no time. */
  readonly time?: string;
  readonly reasons: readonly string[];
}

interface Naming {
  /** The service of each replica that target.yaml names. */
  readonly serviceOf: ReadonlyMap<string, string>;
  /** Replicas by what the source calls them, filled in. */
  readonly names: ReadonlyMap<string, string>;
}

/** With these an incident is over. */
const over: ReadonlySet<ClaimType> = new Set(["closed", "escalated", "held"]);
/** As long as a name in a claim may be, and a sentence. */
const [longestName, longestWords] = [200, 2000];

/** Each claim that is made has an id of its own. */
export function claimMaker(kind: string, { serviceOf, names }: Naming): (said: Said) => Claim {
  let made = 0;
  /** Incidents that are open, by place: where a source names none. */
  const open = new Map<string, string>();
  const incidentOf = (said: Said, place: string): string => {
    if (said.incident !== undefined && said.incident !== "") return said.incident;
    const known = open.get(place);
    if (over.has(said.type)) open.delete(place);
    if (known !== undefined) return known;
    const name = `${place || "stack"}-${made}`;
    if (!over.has(said.type)) open.set(place, name);
    return name;
  };
  return (said) => {
    made += 1;
    const called = said.replica === undefined ? undefined : (names.get(said.replica) ?? said.replica);
    const replica = called === "" ? undefined : called;
    const service = (replica === undefined ? undefined : serviceOf.get(replica)) ?? (said.service || undefined);
    const { class: as, pathway, outcome, time = "", reasons } = said;
    return {
      type: said.type,
      id: `${kind}-${made}`,
      time: cut(time, longestWords),
      incident: cut(incidentOf(said, replica ?? service ?? ""), longestName),
      scope: {
        ...(service !== undefined && { service: cut(service, longestName) }),
        ...(replica !== undefined && { replica: cut(replica, longestName) }),
      },
      ...(as && { class: cut(as, longestName) }),
      ...(pathway && { pathway: cut(pathway, longestName) }),
      ...(outcome && { outcome: cut(outcome, longestName) }),
      reasons: reasons.filter((reason) => reason !== "").map((reason) => cut(reason, longestWords)),
    };
  };
}

function cut(text: string, longest: number): string {
  return text.slice(0, longest);
}
