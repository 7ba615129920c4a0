// One document fails each time, and all behind it wait: it is put on the shelf of dead letters, and the rest goes on.
import type { Eyes, ReplicaEntry, ReplicaScope } from "../nouns.ts";
import { openQueueCheck, ingestionOf, withTags } from "../verification/queue-check.ts";
import { pathway, step } from "./pathway.ts";

export const deadLetter = pathway("replica", {
  name: "dead-letter",
  answers: ["document-poisonous"],
  tier: "medium",
  changesData: true,
  says: "puts the document that fails each time on the shelf of dead letters, so that all behind it go on",
  ways: [{ name: "set aside", find }],
  tagsIn: (found) => found?.split(" ").slice(1) ?? [],
  preconditions: [],
  steps: [
    step("set it aside", ({ hand, target, found }) =>
      hand.do("dead-letter", { replica: target.replica, batch: found?.split(" ")[0] ?? "" }),
    ),
  ],
  verifiedBy: ["users-served", "question-answered", "in-rotation"],
  check: openQueueCheck,
  goneBy: "check",
});

/** `seq tag tag…` of the batch that fails at the head of the queue for what is in it. */
async function find(eyes: Eyes, target: ReplicaScope, replicas: readonly ReplicaEntry[]): Promise<string | null> {
  const view = await ingestionOf(eyes, target, replicas);
  const head = view?.head ?? null;
  if (view === null || head === null || head.kind === null) return null;
  if (head.kind === "unreachable" || head.kind === "disk") return null;
  return withTags(view, head.source, String(head.seq));
}
