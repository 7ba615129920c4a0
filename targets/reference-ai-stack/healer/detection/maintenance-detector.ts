// What people do to a replica on purpose, by the supervisor's word alone: nobody else can know it.
import type { ReplicaEntry, Signal } from "../nouns.ts";
import type { Detector } from "./detector.ts";

/** `under-maintenance`, for as long as the newest roll-call says it of a replica. */
export const maintenanceDetector: Detector<readonly ReplicaEntry[]> = {
  initial: [],
  take: (state, observation) =>
    observation.kind === "roll-call"
      ? observation.replicas.filter(({ maintenance }) => maintenance !== undefined)
      : state,
  signals: (state): readonly Signal[] =>
    state.map(({ service, replica, maintenance }) => ({
      name: "under-maintenance",
      scope: { service, replica },
      says: `${maintenance} is under way, by the inventory`,
    })),
  forget: (state) => state,
};
