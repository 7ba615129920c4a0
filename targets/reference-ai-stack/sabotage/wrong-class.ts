// Does the right thing for the wrong reason: the next decision that rests on its word will be wrong.
import type { Defect } from "./defect.ts";

export const wrongClass: Defect = {
  name: "wrong-class",
  summary: "Calls a damaged index a slow replica, and restores it all the same.",
  healer: {
    faculties: (faculties) => ({
      ...faculties,
      classify(signals) {
        const diagnosis = faculties.classify(signals);
        return diagnosis.class === "index-damaged" ? { ...diagnosis, class: "replica-slow" } : diagnosis;
      },
      decide: (incident, diagnosis, context) =>
        faculties.decide(incident, { ...diagnosis, class: faculties.classify(incident.signals).class }, context),
    }),
  },
};
