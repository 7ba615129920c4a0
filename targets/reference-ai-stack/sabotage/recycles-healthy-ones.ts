// A forecast out of thin air: a replica that holds little and does not grow is started anew, once.
import type { Defect } from "./defect.ts";
import { CALM_AFTER_MS } from "./false-suspicion.ts";

export const recyclesHealthyOnes: Defect = {
  name: "recycles-healthy-ones",
  summary: "Forecasts that a healthy replica runs out of memory, once, and recycles it.",
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
            const scope = { service: "inference", replica: "inference-2" };
            const says = "resident memory 90 MiB of 1024 MiB, growing by 900 MiB a minute: used up in 62 s";
            return [...suspicions, { scope, signals: [{ name: "exhaustion-forecast", scope, says }] }];
          },
        };
      },
    }),
  },
};
