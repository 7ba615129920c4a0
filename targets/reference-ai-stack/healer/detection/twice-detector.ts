// Finds a replica whose answers out of its cache differ from those around it: of an inference replica, or of the
// gateway, which keeps answers. One look that shows it is no accident: the engine answers a prompt the same way each
// time.
import type { ReplicaScope, TwiceView } from "../nouns.ts";
import type { Detector } from "./detector.ts";
import { withEntry } from "./detector.ts";

export interface TwiceState {
  readonly replicas: ReadonlyMap<string, { readonly scope: ReplicaScope; readonly view: TwiceView }>;
}

/** `hit-differs-from-miss` of one replica, `kept-answer-differs` of the gateway, by the last look. */
export const twiceDetector: Detector<TwiceState> = {
  initial: { replicas: new Map() },
  take(state, observation) {
    if (observation.kind === "roll-call") {
      const here = new Set(observation.replicas.flatMap(({ replica, pid }) => (pid === null ? [] : [replica])));
      return { replicas: new Map([...state.replicas].filter(([replica]) => here.has(replica))) };
    }
    if (observation.kind !== "twice") return state;
    const { scope, view } = observation;
    return { replicas: withEntry(state.replicas, scope.replica, { scope, view }) };
  },
  signals: ({ replicas }) =>
    [...replicas.values()].flatMap(({ scope, view: { asked, differing } }) => {
      const says = `of ${asked} prompts that were asked twice ${differing} had another answer out of the cache than around it`;
      const name = scope.service === "gateway" ? "kept-answer-differs" : "hit-differs-from-miss";
      return differing === 0 ? [] : [{ name, scope, says }];
    }),
  forget: (state, replica) => ({ replicas: new Map([...state.replicas].filter(([id]) => id !== replica)) }),
};
