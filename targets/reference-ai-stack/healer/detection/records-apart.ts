// Whether two replicas that say that they store the same documents, in the same versions, store the same of them.
// Documents keep coming, to one replica a little earlier than to another: what each held is kept for a while, and held
// only against what a sibling held of the very same documents.
import type { ReplicaScope, Signal } from "../nouns.ts";
import type { ManifestView } from "../telemetry/vector-views.ts";
import { NUMBERS } from "../numbers.ts";

interface Held {
  readonly documents: string;
  readonly records: string;
}

/** What was seen of one replica. */
export interface RecordsSeen {
  /** The newest last, one for each set of documents. */
  readonly held: readonly Held[];
  readonly look: number;
  /** So many looks in a row that could be compared found other records at each sibling. */
  readonly apart: number;
}

export const NO_RECORDS: RecordsSeen = { held: [], look: 0, apart: 0 };

/** After one more look; the same look again is none, and what can be compared with no sibling says nothing. */
export function recordsAfter(
  before: RecordsSeen,
  digests: ManifestView["digests"],
  siblings: readonly RecordsSeen[],
): RecordsSeen {
  if (digests?.of === undefined || digests.of.look === before.look) return before;
  const { documents, look } = digests.of;
  const { records } = digests;
  const held = [...before.held.filter((one) => one.documents !== documents), { documents, records }];
  const theirs = siblings.flatMap((one) => one.held.filter((each) => each.documents === documents));
  const isApart = theirs.every((one) => one.records !== records);
  const apart = theirs.length === 0 ? before.apart : isApart ? before.apart + 1 : 0;
  return { held: held.slice(-NUMBERS.records.kept), look, apart };
}

interface Seen {
  readonly scope: ReplicaScope;
  readonly records: RecordsSeen;
}

/** One signal for each service whose replicas are apart: of the odd one where its siblings agree, else of them all. */
export function recordsApart(replicas: readonly Seen[]): readonly Signal[] {
  const services = new Set(replicas.map(({ scope }) => scope.service));
  return [...services].flatMap((service): readonly Signal[] => {
    const all = replicas.filter(({ scope }) => scope.service === service);
    const odd = all.filter(({ records }) => records.apart >= NUMBERS.records.looks);
    const [first] = odd;
    if (first === undefined) return [];
    const isAlone = odd.length === 1 && all.length > 2;
    const says = `${odd.map(inWords).join(" and ")}: other records of the same documents, in the same versions, than ${isAlone ? "its siblings have" : "the other"}`;
    return [{ name: "records-apart", scope: isAlone ? first.scope : { service }, says }];
  });
}

function inWords({ scope, records: { held } }: Seen): string {
  return `${scope.replica} (${held.at(-1)?.records.slice(0, 8) ?? ""})`;
}
