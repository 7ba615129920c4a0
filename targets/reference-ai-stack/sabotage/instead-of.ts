// For the tempting wrong remedies: all that comes before the choice is right, and another pathway is taken and said.
import type { HealerWrapper } from "./defect.ts";
import type { Decision } from "../healer/decision/decide.ts";
import type { Incident, Remedy, ReplicaEntry } from "../healer/nouns.ts";

/** What is taken for a remedy of that pathway; null where there is nothing to take it on. */
type Wrong = (incident: Incident, replicas: readonly ReplicaEntry[]) => Remedy | null;

/** Takes `wrong` wherever `right` was chosen. */
export function insteadOf(right: string, wrong: Wrong): HealerWrapper {
  return insteadOfThose((pathway) => pathway === right, wrong);
}

/** Takes `wrong` wherever anything was to be done. */
export function insteadOfAny(wrong: Wrong): HealerWrapper {
  return insteadOfThose((pathway) => pathway !== undefined, wrong);
}

function insteadOfThose(isMeant: (pathway: string | undefined) => boolean, wrong: Wrong): HealerWrapper {
  return {
    faculties: (faculties) => ({
      ...faculties,
      decide(incident, diagnosis, context): Decision {
        const decision = faculties.decide(incident, diagnosis, context);
        const remedy = isMeant(decision.remedy?.pathway) ? wrong(incident, context.replicas) : null;
        return remedy === null ? decision : { ...decision, pathway: remedy.pathway, remedy };
      },
    }),
  };
}

/** A restart of the replica in question, or of the first one of its service. */
export const restart: Wrong = ({ scope: { service, replica } }, replicas) => ({
  pathway: "restart-replica",
  target: { scope: "replica", service, replica: replica ?? firstOf(service, replicas) },
  means: "restart",
});

/** It forgets what is cached of prompts. */
export const clearCache: Wrong = ({ scope: { service, replica } }, replicas) => ({
  pathway: "clear-prefix-cache",
  target: { scope: "replica", service, replica: replica ?? firstOf(service, replicas) },
  means: "clear",
});

/** The embedder forgets the vectors that it keeps, whoever is sick. */
export const clearKept: Wrong = (_incident, replicas) => ({
  pathway: "clear-cache",
  target: { scope: "replica", service: "embedder", replica: firstOf("embedder", replicas) },
  means: "clear",
});

/** One more replica of its service. */
export const scaleOut: Wrong = ({ scope: { service } }, replicas) => {
  const count = replicas.filter((one) => one.service === service).length;
  return {
    pathway: "scale-inference",
    target: { scope: "service", service },
    means: "add",
    found: `from ${count} to ${count + 1}`,
  };
};

function firstOf(service: string, replicas: readonly ReplicaEntry[]): string {
  return replicas.find((one) => one.service === service)?.replica ?? "";
}
