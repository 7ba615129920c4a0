// Sees no trouble where it sees nothing: that it can no longer read a server's metrics is no signal to it.
import type { Defect } from "./defect.ts";

export const takesSilenceForHealth: Defect = {
  name: "takes-silence-for-health",
  summary: "Cannot read a replica's metrics any more, and makes nothing of it.",
  healer: {
    faculties: (faculties) => ({
      ...faculties,
      createDetection: () => {
        const detection = faculties.createDetection();
        return {
          ...detection,
          take: (observations) =>
            detection
              .take(observations)
              .map(({ scope, signals }) => ({
                scope,
                signals: signals.filter(({ name }) => name !== "telemetry-lost"),
              }))
              .filter(({ signals }) => signals.length > 0),
        };
      },
    }),
  },
};
