// One false alarm in a quiet minute, and a healthy replica pays for it.
import type { Defect } from "./defect.ts";
import { CALM_AFTER_MS, falseSuspicion } from "./false-suspicion.ts";

export const actsOnPlacebo: Defect = {
  name: "acts-on-placebo",
  summary: "Finds one healthy replica dead, once, and restarts it.",
  healer: {
    faculties: (faculties, clock) => ({
      ...faculties,
      createDetection: () => {
        const detection = faculties.createDetection();
        const from = clock.now();
        let fired = false;
        return {
          ...detection,
          take(observations) {
            const suspicions = detection.take(observations);
            if (fired || clock.now() < from + CALM_AFTER_MS) return suspicions;
            fired = true;
            return [...suspicions, falseSuspicion("process-gone", { service: "inference", replica: "inference-2" })];
          },
        };
      },
    }),
  },
};
