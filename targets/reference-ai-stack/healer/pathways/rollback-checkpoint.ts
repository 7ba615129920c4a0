// A batch was published that should not have been: the checkpoint before it, with all that is newer kept.
import type { Eyes, ReplicaEntry, ReplicaScope } from "../nouns.ts";
import { ingestionOf, openSuspectCheck, withTags } from "../verification/queue-check.ts";
import { pathway, step } from "./pathway.ts";

export const rollbackCheckpoint = pathway("replica", {
  name: "rollback-checkpoint",
  answers: ["batch-poisoned"],
  tier: "medium",
  changesData: true,
  says: "takes back what one batch has changed; what came later stays",
  ways: [{ name: "checkpoint", find }],
  tagsIn: (found) => found?.split(" ").slice(1) ?? [],
  preconditions: [],
  steps: [
    step("take it back", ({ hand, target, found }) =>
      hand.do("roll-back-batch", { replica: target.replica, batch: found?.split(" ")[0] ?? "" }),
    ),
  ],
  verifiedBy: ["users-served", "question-answered", "in-rotation"],
  check: openSuspectCheck,
  goneBy: "check",
});

/**
 * `seq tag tag…` of the suspect batch; null where its source has sent more than one, or is not the only one: that is no
 * single batch.
 */
async function find(eyes: Eyes, target: ReplicaScope, replicas: readonly ReplicaEntry[]): Promise<string | null> {
  const view = await ingestionOf(eyes, target, replicas);
  const [suspect, ...others] = view?.suspects ?? [];
  if (view === null || suspect === undefined || others.length > 0) return null;
  return withTags(view, suspect.source, String(suspect.seq));
}
