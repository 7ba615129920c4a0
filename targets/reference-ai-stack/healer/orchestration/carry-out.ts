// Fifth stage. Carries a remedy out through the hand; a pathway that was switched off goes the same way and touches
// nothing.
import type { ActingPathway, Hand, Outcome, Remedy } from "../nouns.ts";

type Executor = (hand: Hand, remedy: Remedy) => Promise<Outcome>;

/** One executor per pathway; each touches the one replica that the remedy names. */
const EXECUTORS: Readonly<Record<ActingPathway, Executor>> = {
  "restart-replica": (hand, { target }) => hand.restart(target.replica),
  "redistribute-traffic": (hand, { target }) => hand.setWeights({ [target.replica]: 0 }),
  "restore-index": (hand, { target, peer }) => hand.restoreIndex(target.replica, peer ?? "snapshot"),
};

/**
 * Does what the remedy says, unless its pathway is one of `noops`: then it says `done` like the real one, and nothing
 * happens.
 */
export async function carryOut(hand: Hand, remedy: Remedy, noops: ReadonlySet<string>): Promise<Outcome> {
  if (remedy.target.replica === "") return { outcome: "failed", says: "a remedy without a target is not carried out" };
  if (noops.has(remedy.pathway)) return { outcome: "done", says: `${remedy.pathway} returned` };
  return EXECUTORS[remedy.pathway](hand, remedy);
}
