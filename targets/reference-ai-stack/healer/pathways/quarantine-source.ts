// A source sends what no document should be, again and again: nothing more is taken from it, and what came is taken
// back.
import type { Eyes, ReplicaEntry, ReplicaScope } from "../nouns.ts";
import { ingestionOf, openQueueCheck, openSuspectCheck, withTags } from "../verification/queue-check.ts";
import { bad, pathway, step } from "./pathway.ts";

export const quarantineSource = pathway("replica", {
  name: "quarantine-source",
  answers: ["batch-poisoned", "schema-drifted"],
  tier: "medium",
  changesData: true,
  says: "takes nothing more from the source, and takes back what came from it since it was suspect",
  ways: [{ name: "quarantine", find }],
  tagsIn: (found) => found?.split(" ").slice(1) ?? [],
  preconditions: [],
  steps: [
    step("quarantine", ({ hand, target, found }) =>
      hand.do("quarantine-source", { replica: target.replica, source: found?.split(" ")[0] ?? "" }),
    ),
  ],
  verifiedBy: ["users-served", "question-answered", "in-rotation"],
  check: async (eyes, remedy) => {
    const looks = await Promise.all([openQueueCheck(eyes, remedy), openSuspectCheck(eyes, remedy)]);
    return async () => {
      const [queue, suspects] = await Promise.all(looks.map(async (look) => look()));
      return queue?.good === false || suspects === undefined ? (queue ?? bad("nothing was seen")) : suspects;
    };
  },
  goneBy: "check",
});

/**
 * `source tag tag…`: the source of two suspect batches, or of records that no renaming makes right; null: there is
 * none.
 */
async function find(eyes: Eyes, target: ReplicaScope, replicas: readonly ReplicaEntry[]): Promise<string | null> {
  const view = await ingestionOf(eyes, target, replicas);
  if (view === null) return null;
  const { head, suspects } = view;
  if (head?.kind === "schema" && head.mapping === null) return withTags(view, head.source, head.source);
  const twice = suspects.find(({ source, seq }) => suspects.some((one) => one.source === source && one.seq !== seq));
  return twice === undefined ? null : withTags(view, twice.source, twice.source);
}
