// The healer's own memory on disk: while its file refuses, what is decided now would not outlive the healer.
import type { ReplicaScope, Signal } from "../nouns.ts";
import type { Detector } from "./detector.ts";

interface StateTrouble {
  readonly scope: ReplicaScope | null;
  readonly says: string | null;
}

/** `state-failing`, as long as the newest look saw trouble. */
export const stateDetector: Detector<StateTrouble> = {
  initial: { scope: null, says: null },
  take: (state, observation) =>
    observation.kind === "state" ? { scope: observation.scope, says: observation.trouble } : state,
  signals({ scope, says }): readonly Signal[] {
    return scope === null || says === null ? [] : [{ name: "state-failing", scope, says }];
  },
  forget: (state) => state,
};
