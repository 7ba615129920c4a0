// Pathways by name and by the class they answer. What nobody answers is for a person.
import { escalate } from "./escalate.ts";
import type { ActingPathway, Pathway } from "./pathway.ts";

export interface PathwayBook {
  /**
   * Exactly one pathway per class: a remedy that fails is tried again or escalated, never swapped for one that hides
   * the fault.
   */
  answerTo(faultClass: string): Pathway;
  /** The acting pathway of that name. Throws when there is none: a remedy always names one. */
  acting(name: string): ActingPathway;
}

/** Throws when two pathways have one name or answer one class. */
export function createBook(pathways: readonly Pathway[]): PathwayBook {
  const byName = new Map(pathways.map((one) => [one.name, one]));
  const byClass = new Map(pathways.flatMap((one) => one.answers.map((name) => [name, one] as const)));
  if (byName.size < pathways.length) throw new Error("two pathways have one name");
  if (byClass.size < pathways.flatMap((one) => one.answers).length) throw new Error("two pathways answer one class");
  return {
    answerTo: (faultClass) => byClass.get(faultClass) ?? escalate,
    acting(name) {
      const found = byName.get(name);
      if (found === undefined || found.tier === "none") throw new Error(`no pathway ${name} that acts`);
      return found;
    },
  };
}
