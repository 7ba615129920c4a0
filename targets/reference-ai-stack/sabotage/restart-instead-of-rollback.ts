// The tempting remedy for a bad version: a restart, after which each replica loads the same versions again.
import type { Defect } from "./defect.ts";

export const restartInsteadOfRollback: Defect = {
  name: "restart-instead-of-rollback",
  summary: "Restarts a replica where a version of the model is worse than the one before, and says so.",
  healer: {
    faculties: (faculties) => ({
      ...faculties,
      decide(incident, diagnosis, context) {
        const decision = faculties.decide(incident, diagnosis, context);
        if (decision.remedy?.pathway !== "rollback-model") return decision;
        const { service } = incident.scope;
        const replica = context.replicas.find((one) => one.service === service)?.replica ?? "";
        const target = { scope: "replica", service, replica } as const;
        return {
          ...decision,
          pathway: "restart-replica",
          remedy: { pathway: "restart-replica", target, means: "restart" },
        };
      },
    }),
  },
};
