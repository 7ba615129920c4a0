// Fifth stage. Carries a remedy out through the hand, step by step; a pathway that was switched off goes the same way
// and touches nothing. Each step is remembered, and what it asks of the supervisor carries a key, so that neither a
// healer that is killed nor one that starts again does it twice.
import { targetKey } from "../decision/reach.ts";
import type { Flow } from "../durable/flow.ts";
import type { Hand, Outcome, Remedy } from "../nouns.ts";
import type { ActingPathway, RollOut, StepContext } from "../pathways/pathway.ts";

export interface CarryOutParts {
  readonly hand: Hand;
  /** Pathways whose action does nothing. */
  readonly noops: ReadonlySet<string>;
  readonly flow: Pick<Flow, "id" | "step" | "compensate">;
  /** For pathways that try a change out first. */
  readonly rollOut?: RollOut;
  /** The key of a step within the flow. */
  readonly keyOf: (step: string) => string;
}

/**
 * Does what the remedy says, unless its pathway is one of `noops`: then it says `done` like the real one, and nothing
 * happens. After a step that failed, what was done before it is taken back where the pathway knows how.
 */
export async function carryOut(pathway: ActingPathway, remedy: Remedy, parts: CarryOutParts): Promise<Outcome> {
  const { flow, keyOf } = parts;
  const { target, found } = remedy;
  if (targetKey(target) === "") return { outcome: "failed", says: "a remedy without a target is not carried out" };
  if (parts.noops.has(pathway.name)) return { outcome: "done", says: `${pathway.name} returned` };
  const contextOf = (key: string): StepContext => ({
    hand: keyed(parts.hand, `${flow.id} ${key}`),
    target,
    found,
    ...(parts.rollOut && { rollOut: parts.rollOut }),
  });
  const finished: string[] = [];
  const answers: string[] = [];
  for (const step of pathway.steps) {
    const key = keyOf(step.name);
    const { outcome, says } = await flow.step(step.name, key, () => step.run(contextOf(key)));
    answers.push(says);
    if (outcome === "failed") {
      const back = await takeBack(pathway, finished, contextOf, parts);
      return { outcome, says: [...answers, ...back].join("; ") };
    }
    finished.push(step.name);
  }
  return { outcome: "done", says: answers.join("; ") };
}

/** Takes back a remedy that was carried out whole; null when its pathway does not know how, or touched nothing. */
export async function takeBackAll(
  pathway: ActingPathway,
  { target, found }: Remedy,
  parts: CarryOutParts,
): Promise<Outcome | null> {
  if (parts.noops.has(pathway.name)) return null;
  const key = parts.keyOf(TAKE_BACK);
  const hand = keyed(parts.hand, `${parts.flow.id} ${key}`);
  const finished = pathway.steps.map(({ name }) => name);
  const undoing = pathway.compensate?.bind(pathway, { hand, target, found }, finished);
  return undoing === undefined ? null : parts.flow.compensate(TAKE_BACK, key, undoing);
}

const TAKE_BACK = "take back";

async function takeBack(
  pathway: ActingPathway,
  finished: readonly string[],
  contextOf: (key: string) => StepContext,
  { flow, keyOf }: CarryOutParts,
): Promise<readonly string[]> {
  const key = keyOf(TAKE_BACK);
  const undoing = finished.length === 0 ? undefined : pathway.compensate?.bind(pathway, contextOf(key), finished);
  if (undoing === undefined) return [];
  const back = await flow.compensate(TAKE_BACK, key, undoing);
  return [`taken back (${back.outcome}): ${back.says}`];
}

/** The hand of one step: its first order has the step's key, and each further one a number behind it. */
function keyed(hand: Hand, key: string): Hand {
  let orders = 0;
  return {
    do(operation, args) {
      orders += 1;
      return hand.do(operation, args, orders === 1 ? key : `${key} ${orders}`);
    },
  };
}
