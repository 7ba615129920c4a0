// Fifth stage. Carries a remedy out through the hand, step by step; a pathway that was switched off goes the same way
// and touches nothing.
import { targetKey } from "../decision/reach.ts";
import type { Hand, Outcome, Remedy } from "../nouns.ts";
import type { ActingPathway } from "../pathways/pathway.ts";

/**
 * Does what the remedy says, unless its pathway is one of `noops`: then it says `done` like the real one, and nothing
 * happens. After a step that failed, what was done before it is taken back where the pathway knows how.
 */
export async function carryOut(
  pathway: ActingPathway,
  remedy: Remedy,
  hand: Hand,
  noops: ReadonlySet<string>,
): Promise<Outcome> {
  const { target, found } = remedy;
  if (targetKey(target) === "") return { outcome: "failed", says: "a remedy without a target is not carried out" };
  if (noops.has(pathway.name)) return { outcome: "done", says: `${pathway.name} returned` };
  const context = { hand, target, found };
  const finished: string[] = [];
  const answers: string[] = [];
  for (const step of pathway.steps) {
    const { outcome, says } = await step.run(context);
    answers.push(says);
    if (outcome === "failed") {
      if (pathway.compensate !== undefined && finished.length > 0) {
        const back = await pathway.compensate(context, finished);
        answers.push(`taken back (${back.outcome}): ${back.says}`);
      }
      return { outcome, says: answers.join("; ") };
    }
    finished.push(step.name);
  }
  return { outcome: "done", says: answers.join("; ") };
}
