// Documents arrive faster than they are published: more of them are embedded by one call, up to the ingestion's bound.
// It goes back to a few by itself when it starts anew.
import type { Eyes, ReplicaEntry, ReplicaScope } from "../nouns.ts";
import { ingestionOf, openQueueCheck } from "../verification/queue-check.ts";
import { pathway, step } from "./pathway.ts";

/** More by so much at once: a call that takes long is paid for by four times as many documents. */
const TIMES = 4;

export const scaleIngestion = pathway("replica", {
  name: "scale-ingestion",
  answers: ["ingestion-lagging"],
  tier: "low",
  says: "has more documents embedded by one call",
  ways: [{ name: "more at once", find }],
  preconditions: [],
  steps: [
    step("more at once", ({ hand, target, found }) =>
      hand.do("scale-ingestion", { replica: target.replica, atOnce: found ?? "" }),
    ),
  ],
  verifiedBy: ["users-served", "question-answered", "in-rotation"],
  check: openQueueCheck,
  goneBy: "check",
});

/** So many at once; null: there are as many as there may be. */
async function find(eyes: Eyes, target: ReplicaScope, replicas: readonly ReplicaEntry[]): Promise<string | null> {
  const view = await ingestionOf(eyes, target, replicas);
  if (view === null || view.atOnce >= view.mostAtOnce) return null;
  return String(Math.min(TIMES * view.atOnce, view.mostAtOnce));
}
