// Is what the gateway sees of a replica, all of it together, unlike what it was? An isolation forest over bins of 2 s.
// A
// second opinion: it has no idea of better and worse.
import type { Signal } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import { seeded } from "./chance.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";
import { growForest } from "./isolation-forest.ts";
import { median } from "./robust.ts";
import { addToBins, NO_BINS } from "./traffic-bins.ts";
import type { ReplicaBin, TrafficBins } from "./traffic-bins.ts";

type Point = readonly number[];

interface ReplicaOddness {
  readonly service: string;
  readonly past: readonly Point[];
  /** Bins since the forest was grown. */
  readonly age: number;
  /** Grown from the past, with the highest score that it gives to that past. */
  readonly forest: { readonly score: (point: Point) => number; readonly highest: number } | null;
  readonly last: number;
  /** Odd bins in a row. */
  readonly odd: number;
}

export interface OddReplicaState {
  readonly bins: TrafficBins;
  readonly replicas: ReadonlyMap<string, ReplicaOddness>;
}

const RULE = NUMBERS.forest;
const SEED = 7;
const START = { past: [], age: 0, forest: null, last: 0, odd: 0 };

/** `odd-together` per upstream replica. */
export const oddReplicaDetector: Detector<OddReplicaState> = {
  initial: { bins: NO_BINS, replicas: new Map() },
  take(state, observation) {
    if (observation.kind !== "traffic") return state;
    const { bins, closed } = addToBins(state.bins, observation, RULE.binMs);
    if (closed === null) return { ...state, bins };
    const replicas = new Map<string, ReplicaOddness>();
    for (const [replica, bin] of closed) {
      const known = state.replicas.get(replica) ?? { ...START, service: bin.service };
      // A replica that is asked nothing tells nothing.
      const isIdle = bin.answers.length + bin.failed === 0 && bin.oldestMs === 0;
      replicas.set(replica, isIdle ? { ...known, odd: 0 } : afterBin(known, pointOf(bin)));
    }
    return { bins, replicas };
  },
  signals: ({ replicas }) =>
    [...replicas].flatMap(([replica, { service, odd, last, forest }]): readonly Signal[] => {
      if (odd < RULE.oddBins || forest === null) return [];
      const says =
        `latency, failures, waiting and rate together are alone: isolation ${last.toFixed(2)}, ` +
        `before at most ${forest.highest.toFixed(2)}`;
      return [{ name: "odd-together", scope: { service, replica }, says }];
    }),
  forget(state, replica) {
    const known = replica === null ? undefined : state.replicas.get(replica);
    if (known === undefined || replica === null) return state;
    return { ...state, replicas: withEntry(state.replicas, replica, { ...known, odd: 0 }) };
  },
};

/** Times and counts by their logarithms: they grow by factors. */
function pointOf({ answers, failed, oldestMs }: ReplicaBin): Point {
  const count = answers.length + failed;
  const level = answers.length === 0 ? 0 : median(answers);
  return [Math.log1p(level), failed / Math.max(1, count), Math.log1p(oldestMs), Math.log1p(count)];
}

function afterBin(known: ReplicaOddness, point: Point): ReplicaOddness {
  const last = known.forest?.score(point) ?? 0;
  const isOdd = known.forest !== null && last >= RULE.leastScore && last > known.forest.highest;
  const past = [...known.past, point].slice(-RULE.memoryBins);
  const age = known.age + 1;
  const next = { ...known, past, age, last, odd: isOdd ? known.odd + 1 : 0 };
  if (past.length < RULE.learnBins || (known.forest !== null && age < RULE.learnBins)) return next;
  return { ...next, age: 0, forest: grown(past) };
}

function grown(past: readonly Point[]): NonNullable<ReplicaOddness["forest"]> {
  const score = growForest(past, { trees: RULE.trees, sample: RULE.sample, random: seeded(SEED) });
  // The newest of the past are enough to know what is usual, and cost a few ms.
  return { score, highest: past.slice(-RULE.learnBins).reduce((most, point) => Math.max(most, score(point)), 0) };
}
