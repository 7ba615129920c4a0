// Touches nothing, and gets somebody out of bed.
import type { Defect } from "./defect.ts";
import { CALM_AFTER_MS, falseSuspicion } from "./false-suspicion.ts";

export const pagesForNothing: Defect = {
  name: "pages-for-nothing",
  summary: "Takes the whole stack for gone while all is well, and calls a person.",
  healer: {
    faculties: (faculties, clock) => ({
      ...faculties,
      createDetection: () => {
        const detection = faculties.createDetection();
        const from = clock.now();
        return {
          ...detection,
          take: (observations) => [
            ...detection.take(observations),
            ...(clock.now() < from + CALM_AFTER_MS ? [] : [falseSuspicion("everything-dark", { service: "stack" })]),
          ],
        };
      },
    }),
  },
};
