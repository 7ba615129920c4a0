// A producer died while it held its source: what lies there is taken, as it lies there. Medium, since half of what
// belongs together may be missing; what comes later is newer, and takes its place.
import type { Eyes, ReplicaEntry, ReplicaScope } from "../nouns.ts";
import { ingestionOf, openQueueCheck, withTags } from "../verification/queue-check.ts";
import { pathway, step } from "./pathway.ts";

export const releaseSource = pathway("replica", {
  name: "release-source",
  answers: ["delivery-stalled"],
  tier: "medium",
  changesData: true,
  says: "takes batches again from the source, which its producer holds no more",
  ways: [{ name: "release", find }],
  tagsIn: (found) => found?.split(" ").slice(1) ?? [],
  preconditions: [],
  steps: [
    step("release", ({ hand, target, found }) =>
      hand.do("release-source", { replica: target.replica, source: found?.split(" ")[0] ?? "" }),
    ),
  ],
  verifiedBy: ["users-served", "question-answered", "in-rotation"],
  check: openQueueCheck,
  goneBy: "check",
});

/** `source tag tag…`: the source that has waited longest behind a hold that nobody renews; null: there is none. */
async function find(eyes: Eyes, target: ReplicaScope, replicas: readonly ReplicaEntry[]): Promise<string | null> {
  const view = await ingestionOf(eyes, target, replicas);
  const stale = view?.held.filter(({ isStale }) => isStale) ?? [];
  const source = stale.toSorted((a, b) => b.waitedMs - a.waitedMs)[0]?.source;
  return view === null || source === undefined ? null : withTags(view, source, source);
}
