// Sees that something is wrong, and gets the wrong one.
import type { Suspicion } from "../healer/nouns.ts";
import type { Defect } from "./defect.ts";

/** `vector-1` ↔ `vector-2`. */
function neighbour({ service, replica }: Suspicion["scope"]): Suspicion["scope"] {
  if (replica === undefined || !/-[12]$/.test(replica)) return { service, ...(replica !== undefined && { replica }) };
  return { service, replica: replica.endsWith("1") ? replica.replace(/1$/, "2") : replica.replace(/2$/, "1") };
}

export const blamesTheNeighbour: Defect = {
  name: "blames-the-neighbour",
  summary: "Takes the healthy sibling for the sick replica, and repairs that one.",
  healer: {
    faculties: (faculties) => ({
      ...faculties,
      createDetection: () => {
        const detection = faculties.createDetection();
        return {
          ...detection,
          take: (observations) =>
            detection.take(observations).map(({ scope, signals }) => ({
              scope: neighbour(scope),
              // As a hard signal, or the healer's own second look would clear the sibling.
              signals: signals.map(({ says }) => ({ name: "process-gone", says, scope: neighbour(scope) })),
            })),
          forget: (scope) => detection.forget(neighbour(scope)),
        };
      },
    }),
  },
};
