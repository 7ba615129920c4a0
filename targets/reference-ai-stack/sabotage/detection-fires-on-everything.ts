// A detector whose threshold is below the noise: sooner or later it finds everybody dead.
import type { ReplicaEntry } from "../healer/nouns.ts";
import type { Defect } from "./defect.ts";
import { CALM_AFTER_MS, falseSuspicion, rollCallIn } from "./false-suspicion.ts";

/** One replica after another, ms apart: all at once would only pull the brake for correlated failures. */
const EVERY_MS = 2500;

export const detectionFiresOnEverything: Defect = {
  name: "detection-fires-on-everything",
  summary: "Finds one replica after another dead, all of which are well.",
  healer: {
    faculties: (faculties, clock) => ({
      ...faculties,
      createDetection: () => {
        const from = clock.now();
        let fired = 0;
        let replicas: readonly ReplicaEntry[] = [];
        return {
          take(observations) {
            replicas = rollCallIn(observations) ?? replicas;
            if (replicas.length === 0 || clock.now() < from + CALM_AFTER_MS + fired * EVERY_MS) return [];
            const victim = replicas[fired % replicas.length];
            fired += 1;
            if (victim === undefined) return [];
            return [falseSuspicion("process-gone", { service: victim.service, replica: victim.replica })];
          },
          forget: () => undefined,
          opinions: () => [],
          isArmed: () => false,
          learned: () => ({}),
        };
      },
    }),
  },
};
