// A detector that is right, a minute later.
import { scopeKey } from "../healer/nouns.ts";
import type { Defect } from "./defect.ts";

const DELAY_MS = 60_000;

export const detectionAfter60s: Defect = {
  name: "detection-after-60s",
  summary: "Tells of a suspicion only when it is 60 s old.",
  healer: {
    faculties: (faculties, clock) => ({
      ...faculties,
      createDetection: () => {
        const detection = faculties.createDetection();
        const since = new Map<string, number>();
        return {
          ...detection,
          take: (observations) =>
            detection.take(observations).filter(({ scope }) => {
              const key = scopeKey(scope);
              since.set(key, since.get(key) ?? clock.now());
              return clock.now() - (since.get(key) ?? 0) >= DELAY_MS;
            }),
        };
      },
    }),
  },
};
