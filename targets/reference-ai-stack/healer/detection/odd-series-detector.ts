// Is a replica's latency, as one long series, unlike all that it was? The ensemble that is scored on NAB. A second
// opinion: it sees shapes, spikes and stillness, and does not know which of them hurts.
import type { Signal } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";
import { median } from "./robust.ts";
import type { Score } from "./series/series.ts";
import { wholeEnsemble } from "./series/whole-ensemble.ts";
import { addToBins, NO_BINS } from "./traffic-bins.ts";
import type { TrafficBins } from "./traffic-bins.ts";

interface ReplicaSeries {
  readonly service: string;
  /** A machine that is only ever moved on; begun anew when it has grown old. */
  readonly score: Score;
  readonly samples: number;
  readonly last: number;
  /** When the last peak was seen, ms; -Infinity: none. */
  readonly oddAt: number;
}

export interface OddSeriesState {
  readonly bins: TrafficBins;
  readonly replicas: ReadonlyMap<string, ReplicaSeries>;
}

const RULE = NUMBERS.oddSeries;

/** `odd-series` per upstream replica, for half a minute after a peak. */
export const oddSeriesDetector: Detector<OddSeriesState> = {
  initial: { bins: NO_BINS, replicas: new Map() },
  take(state, observation) {
    if (observation.kind !== "traffic") return state;
    const { bins, closed } = addToBins(state.bins, observation, RULE.binMs);
    if (closed === null) return { ...state, bins };
    const replicas = new Map<string, ReplicaSeries>();
    for (const [replica, { service, answers }] of closed) {
      const before = state.replicas.get(replica);
      const known = before === undefined || before.samples >= RULE.mostSamples ? begin(service) : before;
      replicas.set(replica, answers.length === 0 ? known : afterBin(known, observation.at, median(answers)));
    }
    return { bins, replicas };
  },
  signals: ({ bins, replicas }) =>
    [...replicas].flatMap(([replica, { service, last, oddAt }]): readonly Signal[] => {
      if (bins.pace.at - oddAt > RULE.standsMs) return [];
      const says = `the series of its latency was never like this: ${last.toFixed(2)} above ${RULE.threshold}`;
      return [{ name: "odd-series", scope: { service, replica }, says }];
    }),
  forget(state, replica) {
    const known = replica === null ? undefined : state.replicas.get(replica);
    if (known === undefined || replica === null) return state;
    return { ...state, replicas: withEntry(state.replicas, replica, { ...known, oddAt: -Infinity }) };
  },
};

function begin(service: string): ReplicaSeries {
  return { service, score: wholeEnsemble(), samples: 0, last: 0, oddAt: -Infinity };
}

function afterBin(known: ReplicaSeries, at: number, level: number): ReplicaSeries {
  const score = known.score({ at: at / 1000, value: level });
  const samples = known.samples + 1;
  return score < RULE.threshold ? { ...known, samples } : { ...known, samples, last: score, oddAt: at };
}
