// A detector that sleeps.
import type { Defect } from "./defect.ts";

export const detectionNever: Defect = {
  name: "detection-never",
  summary: "Suspects nothing, whatever is seen.",
  healer: {
    faculties: (faculties) => ({
      ...faculties,
      createDetection: () => ({
        take: () => [],
        forget: () => undefined,
        opinions: () => [],
        isArmed: () => false,
        learned: () => ({}),
      }),
    }),
  },
};
