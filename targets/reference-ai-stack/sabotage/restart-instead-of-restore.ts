// The trap of HEALING's first row: a restart for a damaged file, and honest about it.
import type { Defect } from "./defect.ts";

export const restartInsteadOfRestore: Defect = {
  name: "restart-instead-of-restore",
  summary: "Decides for restart-replica where the index is damaged, does it and says so.",
  healer: {
    faculties: (faculties) => ({
      ...faculties,
      decide(incident, diagnosis, context) {
        const decision = faculties.decide(incident, diagnosis, context);
        if (decision.remedy?.pathway !== "restore-index") return decision;
        const { target } = decision.remedy;
        return {
          ...decision,
          pathway: "restart-replica",
          remedy: { pathway: "restart-replica", target, means: "restart" },
        };
      },
    }),
  },
};
