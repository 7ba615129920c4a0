// Pathways by name and by the class they answer. What nobody answers is for a person.
import { escalate } from "./escalate.ts";
import type { ActingPathway, Pathway } from "./pathway.ts";

export interface PathwayBook {
  /** Those that answer the class, in the table's order; what nobody answers is escalated. Never empty. */
  answersTo(faultClass: string): readonly [Pathway, ...Pathway[]];
  /** The acting pathway of that name. Throws when there is none: a remedy always names one. */
  acting(name: string): ActingPathway;
}

/** Throws when two pathways have one name. */
export function createBook(pathways: readonly Pathway[]): PathwayBook {
  const byName = new Map(pathways.map((one) => [one.name, one]));
  if (byName.size < pathways.length) throw new Error("two pathways have one name");
  return {
    answersTo(faultClass) {
      const [first, ...others] = pathways.filter((one) => one.answers.includes(faultClass));
      return first === undefined ? [escalate] : [first, ...others];
    },
    acting(name) {
      const found = byName.get(name);
      if (found === undefined || found.tier === "none") throw new Error(`no pathway ${name} that acts`);
      return found;
    },
  };
}
