// What the steps of a case say of its attempts: which way each took, and whether it was verified. Pure.
import type { Decision } from "../decision/decide.ts";
import type { StepRecord } from "../durable/flow.ts";
import type { Proof } from "../nouns.ts";
import type { Lesson } from "./rules.ts";

type Tried = Lesson["attempts"][number] & { readonly pathway: string };

/** Attempts that came to a verification, in their order; those that were never begun tell nothing. */
export function attemptsIn(steps: readonly StepRecord[]): readonly Tried[] {
  const answers = new Map(steps.map(({ key, answer }) => [key, answer]));
  return steps.flatMap(({ name, key, answer }): readonly Tried[] => {
    const proof = answers.get(key.replace(/ decide$/, " verify")) as Proof | undefined;
    const remedy = name === "decide" ? (answer as Decision | undefined)?.remedy : undefined;
    if (remedy === undefined || remedy === null || proof === undefined) return [];
    return [{ pathway: remedy.pathway, way: `${remedy.pathway}/${remedy.means}`, healed: proof.healed }];
  });
}
