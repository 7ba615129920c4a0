// Finds vector replicas that hold other documents or versions than a sibling, however well an index fits its own
// records. Which of the two is behind the second look tells: who missed a deletion has more. Documents keep coming,
// to one replica a little earlier than to another: two parts are compared only over the time in which both were seen,
// and neither changed.
import type { ReplicaScope, Signal } from "../nouns.ts";
import type { HeldPart } from "../telemetry/vector-views.ts";
import { NUMBERS } from "../numbers.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";
import { afterLook, AT_REST, timesWhenLate, type Pace } from "./pace.ts";

interface SeenPart extends HeldPart {
  /** The first look that saw it so, ms. */
  readonly since: number;
}

interface Seen {
  readonly scope: ReplicaScope;
  readonly parts: readonly SeenPart[];
  /** The newest look, ms. */
  readonly at: number;
}

export interface HoldingsState {
  /** Of the healer's own looks at the gateway: where they come late, a write to a sibling does as well. */
  readonly pace: Pace;
  readonly replicas: ReadonlyMap<string, Seen>;
}

/** Against each replica of a part of which it and a sibling have something else. */
export const holdingsDetector: Detector<HoldingsState> = {
  initial: { pace: AT_REST, replicas: new Map() },
  take(state, observation) {
    if (observation.kind === "roll-call") {
      const present = new Set(observation.replicas.map(({ replica }) => replica));
      const left = [...state.replicas].filter(([replica]) => present.has(replica));
      return left.length === state.replicas.size ? state : { ...state, replicas: new Map(left) };
    }
    if (observation.kind === "traffic") return { ...state, pace: afterLook(state.pace, observation.at) };
    if (observation.kind !== "holdings") return state;
    const { scope, parts, at } = observation;
    const before = state.replicas.get(scope.replica)?.parts ?? [];
    const seen = parts.map((part, n) => ({ ...part, since: sinceOf(part, before[n], at) }));
    return { ...state, replicas: withEntry(state.replicas, scope.replica, { scope, parts: seen, at }) };
  },
  signals: ({ replicas, pace }) =>
    [...replicas.values()].flatMap((own): readonly Signal[] => {
      const siblings = [...replicas.values()].filter(({ scope }) => isSibling(scope, own.scope));
      const says = siblings.flatMap((sibling) => lessInWords(own, sibling, pace));
      return says.length === 0 ? [] : [{ name: "documents-lacking", scope: own.scope, says: says.join("; ") }];
    }),
  forget: (state, replica) => ({
    ...state,
    replicas: new Map([...state.replicas].filter(([name]) => name !== replica)),
  }),
};

function sinceOf(part: HeldPart, before: SeenPart | undefined, at: number): number {
  return before?.digest === part.digest ? before.since : at;
}

function isSibling(one: ReplicaScope, other: ReplicaScope): boolean {
  return one.service === other.service && one.replica !== other.replica;
}

/** Nothing where it lacks nothing, or nobody can tell yet, for it has not stood for long enough. */
function lessInWords(own: Seen, sibling: Seen, pace: Pace): readonly string[] {
  const { standMs } = NUMBERS.holdings;
  const odd = own.parts.filter((part, n) => {
    const theirs = sibling.parts[n];
    if (theirs === undefined || theirs.digest === part.digest) return false;
    const since = Math.max(part.since, theirs.since);
    return Math.min(own.at, sibling.at) - since >= standMs * timesWhenLate(pace, since + standMs);
  });
  if (odd.length === 0) return [];
  return [
    `${odd.length} of ${own.parts.length} parts of its documents are other than those of ${sibling.scope.replica}`,
  ];
}
